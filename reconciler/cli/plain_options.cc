// Commands that need to be told next to nothing.

#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {

CommandRow add_schema_command(CLI::App& app, Options&) {
  CLI::App* schema =
      app.add_subcommand("schema", "prints the manifest's JSON Schema (draft-07), for editors");
  schema->footer("Example:\n  reconcile schema > publication.schema.json");
  return {Command::kSchema, schema};
}

CommandRow add_version_command(CLI::App& app, Options& options) {
  CLI::App* version = app.add_subcommand("version", "this program and what it was built with");
  add_output(*version, options);
  version->footer("Example:\n  reconcile version -o json");
  return {Command::kVersion, version};
}

}  // namespace reconcile::cli
