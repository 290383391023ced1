#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {

CommandRow add_validate_command(CLI::App& app, Options& options) {
  CLI::App* validate = app.add_subcommand("validate", "checks manifests: no network, no credentials");
  add_files(*validate, options);
  add_output(*validate, options);
  validate->footer(
      "Example:\n  reconcile validate -f manifests/   # 0 when all are valid, 65 when one is not");
  return {Command::kValidate, validate, [&options] { return lacks_manifest(options); }};
}

}  // namespace reconcile::cli
