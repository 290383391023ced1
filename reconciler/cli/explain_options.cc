#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {

CommandRow add_explain_command(CLI::App& app, Options& options) {
  CLI::App* explain = app.add_subcommand("explain", "why a thing is as it is, and when it is decided again");
  add_files(*explain, options);
  explain->get_option("--file")->allow_extra_args(false);  // what follows the one file is the address
  add_output(*explain, options);
  explain
      ->add_option("address", options.address,
                   "as a plan shows it: objects/KEY, buffer/NAME, bucket/lifecycle, chain/commitment")
      ->required();
  explain->add_option("--state-dir", options.state_dir, "journal and staging")
      ->envname("RECONCILE_STATE_DIR")
      ->type_name("DIR");
  explain->footer(
      "Example:\n  reconcile explain -f manifests/sn13-r2.yaml objects/data/2026/11/22/x.parquet");
  return {Command::kExplain, explain, [&options] { return lacks_manifest(options); }};
}

}  // namespace reconcile::cli
