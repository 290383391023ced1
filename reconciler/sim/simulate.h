#pragma once
// One simulated run: a publication, its world, everything that goes wrong, and the verdict.

#include <array>

#include "reconciler/sim/judge.h"
#include "reconciler/sim/publication.h"
#include "reconciler/sim/scenario.h"
#include "reconciler/sim/schedule.h"

namespace reconcile::sim {

struct SimulationOptions {
  std::optional<Scenario> scenario{};                     ///< unset: the seed's
  std::optional<std::vector<ScheduledFault>> schedule{};  ///< unset: the seed's
  DisguiseMaker disguise{};                               ///< unset: the engine as it is
  std::optional<int> steps{};                             ///< unset: the scenario's
};

struct SimulationResult {
  std::uint64_t seed = 0;
  Scenario scenario;
  std::optional<BrokenPromise> broken;   ///< the first; the run ends there
  std::string where;                     ///< "step 7, call 312", "at rest"
  std::vector<ScheduledFault> schedule;  ///< what befell, in order
  std::uint64_t calls = 0;               ///< of ports, until everything was quiet
  std::uint64_t passes = 0;
  std::uint64_t restarts = 0;  ///< processes that were killed
  int passes_to_converge = 0;  ///< after everything was quiet
  Seconds simulated{0};
  std::uint64_t trace = 0;     ///< digest of every call and how it ended: equal runs, equal digests
  std::set<Sha256> published;  ///< what readers reach in the end
};

/// Pure: the same seed and options give the same result, on every machine. Virtual time alone. May be called
/// from several threads at once.
SimulationResult simulate(std::uint64_t seed, const SimulationOptions& options = {});

/// The shortest schedule found, by leaving out parts of it, that breaks the same promise of the same seed.
/// Runs at most `runs_max` simulations.
SimulationResult shrink(const SimulationResult& broken, const SimulationOptions& options,
                        std::size_t runs_max = 400);

/// Many runs, added up.
struct SimulationFigures {
  std::uint64_t runs = 0;
  std::uint64_t passes = 0;
  std::uint64_t calls = 0;
  std::uint64_t restarts = 0;
  std::chrono::duration<std::int64_t> simulated{0};
  int worst_passes_to_converge = 0;
  std::array<std::uint64_t, kFaultKinds> faults{};
  std::set<std::string> crash_points{};      ///< "before put", "after commit", …
  std::optional<SimulationResult> broken{};  ///< of the lowest seed that broke a promise

  void add(const SimulationResult& result);
  void add(const SimulationFigures& other);
};

/// Seeds first … first + count - 1 on `jobs` threads. Ends soon after a promise is broken; of several seeds
/// that do, the lowest one is told.
SimulationFigures simulate_many(std::uint64_t first, std::uint64_t count, unsigned jobs,
                                const SimulationOptions& options = {});

}  // namespace reconcile::sim
