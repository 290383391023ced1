#include "reconciler/cli/options.h"

#include <sstream>

#include <CLI/CLI.hpp>

#include "reconciler/cli/exit_code.h"
#include "reconciler/cli/option_table.h"

namespace reconcile::cli {
namespace {

/// In the order in which --help shows them; one a line, so that two that are added at once do not meet.
// clang-format off
constexpr CommandRow (*kCommands[])(CLI::App&, Options&) = {
    add_validate_command,
    add_schema_command,
    add_explain_command,
    add_status_command,
    add_doctor_command,
    add_cost_command,
    add_verify_command,
    add_simulate_command,
    add_import_command,
    add_init_command,
    add_completion_command,
    add_version_command,
};
// clang-format on

Farewell mistake(const std::string& what) {
  return {"reconcile: " + what + "\nRun reconcile --help for examples.\n", true, kUsage};
}

}  // namespace

std::variant<Options, Farewell> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app{"Keeps a bucket, a local buffer and a chain commitment in agreement with a manifest in git."};
  app.name("reconcile");
  app.set_version_flag("--version", std::string("reconcile ") + RECONCILE_VERSION);
  app.require_subcommand(0, 1);
  const CommandRow main = add_reconcile_command(app, options);
  std::vector<CommandRow> rows;
  for (const auto add : kCommands) rows.push_back(add(app, options));

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const int code = app.exit(error, out, err);
    if (code == 0) return Farewell{out.str(), false, kOk};
    return Farewell{err.str(), true, kUsage};
  }
  const CommandRow* named = nullptr;
  for (const CommandRow& row : rows)
    if (row.app->parsed()) named = &row;
  if (named) options.command = named->command;
  // Options may stand before a command's name, and are held to the same rules there.
  if (const std::string wrong = main.finish(); !wrong.empty()) return mistake(wrong);
  if (named && named->finish)
    if (const std::string wrong = named->finish(); !wrong.empty()) return mistake(wrong);
  if (options.command == Command::kCompletion)
    return Farewell{completion_for(app, options.shell), false, kOk};
  return options;
}

std::string command_hint(const Options& options) {
  std::string out = "reconcile";
  for (const std::string& file : options.files) out += " -f " + file;
  if (!options.source.empty()) out += " --source '" + options.source + "'";
  for (const std::string& target : options.targets) out += " --target " + target;
  return out;
}

}  // namespace reconcile::cli
