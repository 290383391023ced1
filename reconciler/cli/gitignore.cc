#include "reconciler/cli/gitignore.h"

#include <algorithm>
#include <iterator>

namespace reconcile::cli {
namespace {

constexpr std::string_view kPatterns[] = {".env", ".env*", "*.env", ".*", "*"};

/// As git reads a line: blanks at its end do not count; a carriage return is part of the name, and no file's.
bool covers_env(std::string_view pattern) {
  while (pattern.ends_with(' ') || pattern.ends_with('\t')) pattern.remove_suffix(1);
  if (pattern.starts_with("**/")) pattern.remove_prefix(3);
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  return std::find(std::begin(kPatterns), std::end(kPatterns), pattern) != std::end(kPatterns);
}

}  // namespace

bool ignores_env(std::string_view gitignore) {
  bool out = false;
  while (!gitignore.empty()) {
    const std::size_t end = std::min(gitignore.find('\n'), gitignore.size());
    std::string_view line = gitignore.substr(0, end);
    gitignore.remove_prefix(std::min(end + 1, gitignore.size()));
    const bool takes_back = line.starts_with('!');
    if (takes_back) line.remove_prefix(1);
    if (covers_env(line)) out = !takes_back;
  }
  return out;
}

}  // namespace reconcile::cli
