#pragma once
// The table of commands and their options, which parsing, --help and the completions are made from.
// Each command adds its own options in a file of its own: NAME_options.cc.

#include <functional>
#include <string>

#include "reconciler/cli/options.h"

namespace CLI {
class App;
}

namespace reconcile::cli {

/// A command as the table has it.
struct CommandRow {
  Command command;
  CLI::App* app;  ///< owned by the table
  /// Called once after the parse where this command was named, to check what goes with what and to turn text
  /// into values: returns what is wrong, empty where nothing is. None: there is nothing to check.
  std::function<std::string()> finish = nullptr;
};

/// `app` is the whole table, and outlives the row; `options` is what the parse fills in. A new command is one
/// such function, named in options.cc.
CommandRow add_reconcile_command(CLI::App& app, Options& options);
CommandRow add_validate_command(CLI::App& app, Options& options);
CommandRow add_schema_command(CLI::App& app, Options& options);
CommandRow add_explain_command(CLI::App& app, Options& options);
CommandRow add_status_command(CLI::App& app, Options& options);
CommandRow add_doctor_command(CLI::App& app, Options& options);
CommandRow add_cost_command(CLI::App& app, Options& options);
CommandRow add_verify_command(CLI::App& app, Options& options);
CommandRow add_simulate_command(CLI::App& app, Options& options);
CommandRow add_import_command(CLI::App& app, Options& options);
CommandRow add_init_command(CLI::App& app, Options& options);
CommandRow add_completion_command(CLI::App& app, Options& options);
CommandRow add_version_command(CLI::App& app, Options& options);

/// Where the bucket is, and the commitment: for commands that write a manifest.
void add_bucket_place(CLI::App& app, ImportOptions& out);
void add_commitment_place(CLI::App& app, ImportOptions& out);
/// What is wrong with what was told of the place; empty where nothing is.
std::string wrong_place(const ImportOptions& place);

/// What `completion` prints: "bash", "zsh", "fish", or "man" for the manual page.
std::string completion_for(const CLI::App& app, const std::string& shell);

/// -f and --env-file.
void add_files(CLI::App& app, Options& options);
/// Whose commitment: --netuid, --hotkey, --network and --endpoint.
void add_chain(CLI::App& app, Options& options);
/// -o with every format.
void add_output(CLI::App& app, Options& options);
/// What to say where a command needs a manifest and none was named; else empty.
std::string lacks_manifest(const Options& options);
/// Reads a duration as typed behind `flag`; leaves `out` alone where nothing was typed. Returns what is
/// wrong.
std::string read_duration(const std::string& flag, const std::string& typed, Seconds& out);

}  // namespace reconcile::cli
