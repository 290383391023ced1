#include <algorithm>
#include <thread>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/simulate_report.h"

namespace reconcile::cli {

ExitCode simulate_command(const Options& options, Console& console) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const unsigned jobs = options.jobs == 0 ? cores : static_cast<unsigned>(options.jobs);
  const SimulationReport report =
      simulate_and_report(options.seed, options.seeds, jobs, {.steps = options.steps});
  const bool json = options.output == Output::kJson || options.output == Output::kNdjson;
  console.out(json ? simulation_json(report, options.output == Output::kNdjson ? -1 : 2)
                   : simulation_text(report));
  return report.figures.broken ? kError : kOk;
}

}  // namespace reconcile::cli
