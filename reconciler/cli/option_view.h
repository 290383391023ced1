#pragma once
// The table of commands and options as plain values, for everything that is written from it: completions,
// manual page. What --help shows comes from the same table, so that they cannot disagree.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace reconcile::cli {

struct OptionView {
  std::vector<std::string> names;  ///< "-f", "--file"; empty for what stands without a name
  std::string value;               ///< "PATH": what follows it; empty: nothing does
  std::vector<std::string> words;  ///< all that may follow, where that is known
  std::string help;
  std::string variable;  ///< of the environment, that counts where the option is not given
  bool repeats = false;

  bool takes_file() const { return value == "PATH" || value == "FILE"; }
  bool takes_folder() const { return value == "DIR"; }
};

struct CommandView {
  std::string name;  ///< "validate"; the program's own for what is typed without a command
  std::string help;
  std::vector<OptionView> options;
  std::string footer;  ///< examples, as --help ends
};

struct TableView {
  std::string version;  ///< "reconcile 0.1.0"
  CommandView program;
  std::vector<CommandView> commands;
};
TableView view_of(const CLI::App& app);

/// Scripts that a shell reads once. Nothing of them asks the program again.
std::string bash_completion(const TableView& table);
std::string zsh_completion(const TableView& table);
std::string fish_completion(const TableView& table);
/// reconcile(1), roff with the man macros, ASCII.
std::string manual_page(const TableView& table);

/// `text` between single quotes as a POSIX shell reads it.
std::string shell_quoted(const std::string& text);
/// Items with `between` between them.
std::string joined(const std::vector<std::string>& items, const std::string& between);

}  // namespace reconcile::cli
