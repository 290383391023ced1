#include "reconciler/cli/option_view.h"

#include <CLI/CLI.hpp>

namespace reconcile::cli {
namespace {

/// "FORMAT:{text,json}" says both what to call the value and what it may be.
void read_type(const std::string& type, OptionView& out) {
  out.value = type.substr(0, type.find(':'));
  const std::size_t open = type.find('{'), close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos) return;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t end = std::min(type.find(',', at), close);
    out.words.push_back(type.substr(at, end - at));
    at = end + 1;
  }
}

OptionView view_of(const CLI::Option& option) {
  OptionView out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  out.help = option.get_description();
  out.variable = option.get_envname();
  out.repeats = option.get_expected_max() > 1;
  if (option.get_items_expected_max() > 0) read_type(option.get_type_name(), out);
  if (out.names.empty()) out.value = option.get_name();
  return out;
}

CommandView view_of_command(const CLI::App& app) {
  CommandView out{app.get_name(), app.get_description(), {}, app.get_footer()};
  for (const CLI::Option* option : app.get_options()) out.options.push_back(view_of(*option));
  return out;
}

}  // namespace

TableView view_of(const CLI::App& app) {
  TableView out{app.version(), view_of_command(app), {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out.commands.push_back(view_of_command(*command));
  return out;
}

std::string shell_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string joined(const std::vector<std::string>& items, const std::string& between) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : between) + item;
  return out;
}

}  // namespace reconcile::cli
