#pragma once
// What `simulate` says: how much was tried, and what broke.

#include <cstdint>
#include <optional>
#include <string>

#include "reconciler/sim/simulate.h"

namespace reconcile::cli {

struct SimulationReport {
  std::uint64_t first_seed = 0;
  std::uint64_t seeds = 1;   ///< that were asked for; fewer ran where a promise was broken
  std::optional<int> steps;  ///< --steps: a replay needs it again
  sim::SimulationFigures figures;
  std::optional<sim::SimulationResult> only;    ///< the run itself, where one seed alone was asked for
  std::optional<sim::SimulationResult> shrunk;  ///< of figures.broken, with the fewest faults
};

/// Runs the seeds, and shrinks the first that breaks a promise. `jobs` threads.
SimulationReport simulate_and_report(std::uint64_t first_seed, std::uint64_t seeds, unsigned jobs,
                                     const sim::SimulationOptions& options);

/// For people: the figures, then, where a promise was broken, what befell that run, the fewest faults that do
/// it and how to replay it last.
std::string simulation_text(const SimulationReport& report);
/// schema/simulate.schema.json; `indent` -1: one line.
std::string simulation_json(const SimulationReport& report, int indent);

}  // namespace reconcile::cli
