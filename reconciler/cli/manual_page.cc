#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/utf8.h"
#include "reconciler/cli/option_view.h"

namespace reconcile::cli {
namespace {

/// Text that roff prints as it is, in ASCII: a minus stays one, so that it can be copied.
std::string roff(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint one = code_point_at(text, at);
    at += one.length;
    if (one.code == '\\')
      out += "\\e";
    else if (one.code == '-')
      out += "\\-";
    else if (one.code == '\'')
      out += "\\(aq";
    else if (one.code < 0x80)
      out += static_cast<char>(one.code);
    else
      out += fmt::format("\\[u{:04X}]", static_cast<std::uint32_t>(one.code));
  }
  return out;
}

/// A line that must not be taken for a request.
std::string line(const std::string& text) {
  const std::string out = roff(text);
  return (out.starts_with(".") ? "\\&" : "") + out + "\n";
}

/// Lines as they are: examples.
std::string verbatim(const std::string& text) {
  std::string out = ".nf\n";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string one = text.substr(at, end - at);
    out += one.empty() ? ".sp\n" : line(one);
    at = end + 1;
  }
  return out + ".fi\n";
}

std::string heading(const OptionView& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back("\\fB" + roff(name) + "\\fR");
  std::string out = joined(names, ", ");
  if (!option.value.empty()) out += (out.empty() ? "\\fI" : " \\fI") + roff(option.value) + "\\fR";
  return out;
}

std::string options_of(const CommandView& command) {
  std::string out;
  for (const OptionView& option : command.options) {
    out += ".TP\n" + heading(option) + "\n" + line(option.help);
    if (!option.words.empty()) out += ".br\n" + line("One of " + joined(option.words, ", ") + ".");
    if (!option.variable.empty()) out += ".br\n" + line("Also by the variable " + option.variable + ".");
  }
  return out;
}

}  // namespace

std::string manual_page(const TableView& table) {
  std::string out = fmt::format(".TH RECONCILE 1 \"\" \"{}\" \"User Commands\"\n", roff(table.version));
  out += ".SH NAME\n" + line("reconcile - " + table.program.help);
  out +=
      ".SH SYNOPSIS\n.B reconcile\n[\\fIOPTION\\fR]... \\fB\\-f\\fR \\fIPATH\\fR...\n.br\n.B reconcile\n"
      "\\fICOMMAND\\fR [\\fIOPTION\\fR]...\n";
  out += ".SH DESCRIPTION\n" +
         line(
             "Looks at the bucket, the buffer and the chain, shows as a plan what is to be done and why, and "
             "applies it in an order in which nothing can be lost. A second run does nothing.");
  out += ".SH OPTIONS\n" + options_of(table.program);
  out += ".SH COMMANDS\n";
  for (const CommandView& command : table.commands)
    out += ".SS " + roff(command.name) + "\n" + line(command.help) + options_of(command) + ".PP\n" +
           verbatim(command.footer);
  out += ".SH EXAMPLES\n" + verbatim(table.program.footer);
  out += ".SH FILES\n.TP\n.I .env\n" +
         line("Variables for the manifest beside which it stands: credentials, endpoint, bucket.") +
         ".TP\n.I .reconcile\n" +
         line("Journal and staging folder beside the manifest. Losing it costs time, never data.");
  return out;
}

}  // namespace reconcile::cli
