#include <fmt/core.h>

#include "reconciler/cli/option_view.h"

namespace reconcile::cli {
namespace {

/// A description inside `[…]` or behind `:` of an _arguments specification.
std::string described(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string value_of(const OptionView& option) {
  if (option.value.empty()) return "";
  const std::string action = !option.words.empty()   ? fmt::format("({})", joined(option.words, " "))
                             : option.takes_file()   ? "_files"
                             : option.takes_folder() ? "_files -/"
                                                     : " ";
  return ":" + described(option.value) + ":" + action;
}

std::string arguments_of(const CommandView& command) {
  std::string out;
  int position = 0;
  for (const OptionView& option : command.options) {
    if (option.names.empty()) {
      out += " \\\n    " + shell_quoted(fmt::format("{}{}", ++position, value_of(option)));
      continue;
    }
    const std::string only = option.repeats ? "*" : "(" + joined(option.names, " ") + ")";
    for (const std::string& name : option.names) {
      const bool joins = name.starts_with("--") && !option.value.empty();  // --output=json and --output json
      out += " \\\n    " + shell_quoted(only + name + (joins ? "=" : "") + "[" + described(option.help) +
                                        "]" + value_of(option));
    }
  }
  return out;
}

}  // namespace

std::string zsh_completion(const TableView& table) {
  std::string out = fmt::format("#compdef reconcile\n# zsh completion for {}\n", table.version);
  out +=
      "_reconcile() {\n  local curcontext=\"$curcontext\" state line\n  typeset -A opt_args\n"
      "  local -a commands\n  commands=(\n";
  for (const CommandView& command : table.commands)
    out += "    " + shell_quoted(command.name + ":" + described(command.help)) + "\n";
  out += "  )\n  _arguments -C" + arguments_of(table.program) +
         " \\\n    '1: :->command' \\\n    '*:: :->arguments'\n"
         "  case $state in\n  command) _describe -t commands command commands ;;\n  arguments)\n"
         "    case $words[1] in\n";
  for (const CommandView& command : table.commands)
    out += fmt::format("    {}) _arguments{} ;;\n", command.name, arguments_of(command));
  return out +
         "    esac\n    ;;\n  esac\n}\nif [ \"$funcstack[1]\" = _reconcile ]; then\n  _reconcile \"$@\"\n"
         "else\n  compdef _reconcile reconcile\nfi\n";
}

}  // namespace reconcile::cli
