#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"
#include "reconciler/cli/option_view.h"

namespace reconcile::cli {

CommandRow add_completion_command(CLI::App& app, Options& options) {
  CLI::App* completion =
      app.add_subcommand("completion", "prints a shell's completion script, or the manual page");
  completion->add_option("shell", options.shell, "bash, zsh or fish; man: reconcile(1)")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  completion->footer(
      "Examples:\n  source <(reconcile completion bash)\n"
      "  reconcile completion zsh > \"${fpath[1]}/_reconcile\"\n"
      "  reconcile completion fish > ~/.config/fish/completions/reconcile.fish\n"
      "  reconcile completion man | man -l -");
  return {Command::kCompletion, completion};
}

std::string completion_for(const CLI::App& app, const std::string& shell) {
  const TableView table = view_of(app);
  if (shell == "zsh") return zsh_completion(table);
  if (shell == "fish") return fish_completion(table);
  return shell == "man" ? manual_page(table) : bash_completion(table);
}

}  // namespace reconcile::cli
