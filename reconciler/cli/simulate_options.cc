#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {

CommandRow add_simulate_command(CLI::App& app, Options& options) {
  CLI::App* simulate =
      app.add_subcommand("simulate", "this program against a simulated world in which everything goes wrong");
  CLI::Option* seed =
      simulate->add_option("--seed", options.seed, "run this one seed, or the first of --seeds")
          ->type_name("N");
  CLI::Option* seeds = simulate->add_option("--seeds", options.seeds, "how many seeds (default: 1000)")
                           ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
                           ->type_name("N");
  simulate->add_option("--steps", options.steps, "how long each run is, in scrapes (default: the seed's)")
      ->check(CLI::Range(1, 10'000))
      ->type_name("N");
  simulate->add_option("-j,--jobs", options.jobs, "threads (default: one for each core)")
      ->check(CLI::Range(1, 256))
      ->type_name("J");
  add_output(*simulate, options);
  simulate->footer(
      "Examples:\n  reconcile simulate --seeds 10000\n"
      "  reconcile simulate --seed 7   # what went wrong, and the fewest faults that do it");
  return {Command::kSimulate, simulate, [=, &options] {
            if (*seed && !*seeds) options.seeds = 1;
            return std::string();
          }};
}

}  // namespace reconcile::cli
