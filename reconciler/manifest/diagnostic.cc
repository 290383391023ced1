#include "reconciler/manifest/diagnostic.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "reconciler/base/utf8.h"

namespace reconcile::manifest {
namespace {

constexpr std::size_t kExcerptBytesMax = 160;

/// Words in whose company a secret may stand. A line with one of them is never shown.
bool may_hold_a_secret(std::string line) {
  constexpr std::array<std::string_view, 11> kWords{"secret",     "acces",    "keyid", "passw",
                                                    "passphrase", "token",    "hook",  "mnemon",
                                                    "seed",       "credenti", "://"};
  std::transform(line.begin(), line.end(), line.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view word : kWords) {
    if (line.find(word) == std::string::npos) continue;
    // An address is shown unless it carries a user name, a password or parameters.
    if (word != "://" || line.find_first_of("@?") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::string headline(const Diagnostic& diagnostic) {
  std::string out = diagnostic.position.file;
  if (diagnostic.position.line > 0)
    out += fmt::format(":{}:{}", diagnostic.position.line, diagnostic.position.column);
  if (!diagnostic.address.empty()) out += ": " + diagnostic.address;
  return out + ": " + diagnostic.cause;
}

std::string print(const Diagnostic& diagnostic) {
  std::string out = headline(diagnostic) + "\n";
  if (!diagnostic.excerpt.empty()) out += diagnostic.excerpt + "\n";
  if (!diagnostic.remedy.empty()) out += "  " + diagnostic.remedy + "\n";
  return out;
}

Error error_of(const std::vector<Diagnostic>& diagnostics) {
  Error out{Fault::kInvalidInput, {}, {}};
  for (const Diagnostic& diagnostic : diagnostics) {
    out.cause += (out.cause.empty() ? "" : "\n") + headline(diagnostic);
    if (out.remedy.empty()) out.remedy = diagnostic.remedy;
  }
  return out;
}

Source::Source(std::string file_name, std::string content)
    : file(std::move(file_name)), text(std::move(content)) {
  lines.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') lines.push_back(i + 1);
}

std::string Source::line(int number) const {
  if (number < 1 || static_cast<std::size_t>(number) > lines.size()) return {};
  const std::size_t from = lines[static_cast<std::size_t>(number) - 1];
  std::string out = text.substr(from, std::min(text.find('\n', from), text.size()) - from);
  if (!out.empty() && out.back() == '\r') out.pop_back();
  return out;
}

std::string Source::excerpt(const Position& at, bool key_only) const {
  std::string shown = line(at.line);
  if (shown.empty() || at.column < 1 || may_hold_a_secret(shown)) return {};
  const std::size_t column = static_cast<std::size_t>(at.column) - 1;
  if (column > shown.size() || column > kExcerptBytesMax) return {};
  if (key_only) shown.resize(std::min(shown.find_first_of(":=,]} \t", column + 1), shown.size()));
  if (shown.size() > kExcerptBytesMax) shown = shown.substr(0, kExcerptBytesMax) + "…";
  for (char& c : shown)
    if ((c >= 0 && c < 0x20) || c == 0x7f) c = ' ';  // tabs, and what would move the cursor
  if (!is_utf8(shown)) return {};
  const std::string number = fmt::format("{:>5}", at.line);
  return fmt::format("{} | {}\n{} | {}^", number, shown, std::string(number.size(), ' '),
                     std::string(column, ' '));
}

}  // namespace reconcile::manifest
