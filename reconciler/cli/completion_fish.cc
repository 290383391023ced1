#include <fmt/core.h>

#include "reconciler/cli/option_view.h"

namespace reconcile::cli {
namespace {

/// Between single quotes fish knows two escapes.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string line_of(const OptionView& option, const std::string& condition) {
  std::string out = "complete -c reconcile -n " + quoted(condition);
  for (const std::string& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.words.empty())
    out += (option.names.empty() ? " -a " : " -x -a ") + quoted(joined(option.words, " "));
  else if (option.takes_file())
    out += " -r -F";
  else if (option.takes_folder())
    out += " -x -a '(__fish_complete_directories)'";
  else if (!option.value.empty())
    out += " -x";
  return out + " -d " + quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion(const TableView& table) {
  std::string out = fmt::format("# fish completion for {}\ncomplete -c reconcile -f\n", table.version);
  std::vector<std::string> names;
  for (const CommandView& command : table.commands) names.push_back(command.name);
  const std::string none = "not __fish_seen_subcommand_from " + joined(names, " ");
  for (const CommandView& command : table.commands)
    out += fmt::format("complete -c reconcile -n {} -a {} -d {}\n", quoted(none), command.name,
                       quoted(command.help));
  for (const OptionView& option : table.program.options) out += line_of(option, none);
  for (const CommandView& command : table.commands)
    for (const OptionView& option : command.options)
      if (!option.names.empty() || !option.words.empty())
        out += line_of(option, "__fish_seen_subcommand_from " + command.name);
  return out;
}

}  // namespace reconcile::cli
