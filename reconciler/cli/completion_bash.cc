#include <fmt/core.h>

#include "reconciler/cli/option_view.h"

namespace reconcile::cli {
namespace {

/// What comes before the cases. bash splits words at `=`; a word behind an option that takes a value is no
/// command.
constexpr const char* kHead = R"(_reconcile() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' kind='' words='' i
  COMPREPLY=()
  if [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
  if [[ $cur == '=' ]]; then cur=''; fi
)";

constexpr const char* kTail = R"(  case $kind in
    words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
    files)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    folders)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      ;;
  esac
}
complete -F _reconcile reconcile
)";

std::vector<std::string> names_of(const CommandView& command) {
  std::vector<std::string> out;
  for (const OptionView& option : command.options)
    out.insert(out.end(), option.names.begin(), option.names.end());
  return out;
}

/// Those that are followed by a value.
std::vector<std::string> taking(const CommandView& command) {
  std::vector<std::string> out;
  for (const OptionView& option : command.options)
    if (!option.value.empty()) out.insert(out.end(), option.names.begin(), option.names.end());
  return out;
}

std::string case_of(const CommandView& command, const std::vector<std::string>& commands) {
  std::string out = "      case $prev in\n";
  std::vector<std::string> otherwise = commands;
  bool files = false;
  for (const OptionView& option : command.options) {
    if (option.names.empty()) {  // stands by itself
      otherwise.insert(otherwise.end(), option.words.begin(), option.words.end());
      files = files || option.takes_file();
      continue;
    }
    if (option.value.empty()) continue;
    const std::string kind = !option.words.empty()
                                 ? fmt::format("kind=words words='{}'", joined(option.words, " "))
                             : option.takes_file()   ? "kind=files"
                             : option.takes_folder() ? "kind=folders"
                                                     : "kind=none";
    out += fmt::format("        {}) {} ;;\n", joined(option.names, " | "), kind);
  }
  const std::vector<std::string> names = names_of(command);
  otherwise.insert(otherwise.end(), names.begin(), names.end());
  const std::string words = fmt::format("kind=words words='{}'", joined(otherwise, " "));
  out += files ? fmt::format("        *) if [[ $cur == -* ]]; then {}; else kind=files; fi ;;\n", words)
               : fmt::format("        *) {} ;;\n", words);
  out += "      esac\n";
  return out;
}

}  // namespace

std::string bash_completion(const TableView& table) {
  std::vector<std::string> commands;
  for (const CommandView& command : table.commands) commands.push_back(command.name);
  std::string out = fmt::format("# bash completion for {}\n", table.version) + kHead;
  out += fmt::format(
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case ${{COMP_WORDS[i]}} in\n      {}) ((i++)) ;;\n      "
      "{})\n"
      "        command=${{COMP_WORDS[i]}}\n        break\n        ;;\n    esac\n  done\n",
      joined(taking(table.program), " | "), joined(commands, " | "));
  out += "  case $command in\n    '')\n" + case_of(table.program, commands) + "      ;;\n";
  for (const CommandView& command : table.commands)
    out += fmt::format("    {})\n", command.name) + case_of(command, {}) + "      ;;\n";
  return out + "  esac\n" + kTail;
}

}  // namespace reconcile::cli
