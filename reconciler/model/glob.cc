#include "reconciler/model/glob.h"

#include <bitset>
#include <optional>
#include <string>
#include <vector>

namespace reconcile {
namespace {

constexpr std::size_t kPatternBytesMax = 1024;

/// One character out of `set`; any number of them with `repeat`. With `skip` it takes no character and leads
/// both to the next token and to the one `skip` further on.
struct Token {
  std::bitset<256> set;
  bool repeat = false;
  std::size_t skip = 0;
};

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

std::bitset<256> all_but_slash() { return std::bitset<256>().set().reset('/'); }

/// The set that begins at `[`; moves `at` behind its `]`.
std::optional<std::bitset<256>> read_set(std::string_view pattern, std::size_t& at) {
  std::bitset<256> set;
  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  const auto next = [&]() -> std::optional<unsigned char> {
    if (i < pattern.size() && pattern[i] == '\\') ++i;
    if (i >= pattern.size()) return std::nullopt;
    return byte(pattern[i++]);
  };
  for (bool first = true; i < pattern.size() && (pattern[i] != ']' || first); first = false) {
    const std::optional<unsigned char> low = next();
    std::optional<unsigned char> high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      ++i;
      high = next();
    }
    if (!low || !high || *high < *low) return std::nullopt;
    for (unsigned c = *low; c <= *high; ++c) set.set(c);
  }
  if (i >= pattern.size()) return std::nullopt;
  at = i + 1;
  if (negated) set.flip();
  return set.reset('/');
}

std::optional<std::vector<Token>> tokens_of(std::string_view pattern) {
  std::vector<Token> out;
  for (std::size_t i = 0; i < pattern.size();) {
    Token token;
    if (pattern.substr(i, 2) == "**") {
      const bool begins_part = i == 0 || pattern[i - 1] == '/';
      i += 2;
      token = {std::bitset<256>().set(), true, 0};
      if (begins_part && i < pattern.size() && pattern[i] == '/') {  // `**/`: some parts, or nothing at all
        ++i;
        out.push_back({{}, false, 3});
        out.push_back(token);
        token = {std::bitset<256>().set('/'), false, 0};
      }
    } else if (pattern[i] == '*') {
      ++i;
      token = {all_but_slash(), true, 0};
    } else if (pattern[i] == '?') {
      ++i;
      token.set = all_but_slash();
    } else if (pattern[i] == '[') {
      const auto set = read_set(pattern, i);
      if (!set) return std::nullopt;
      token.set = *set;
    } else {
      if (pattern[i] == '\\' && ++i == pattern.size()) return std::nullopt;
      token.set.set(byte(pattern[i++]));
    }
    out.push_back(token);
  }
  return out;
}

/// Adds the states that are reached without a character. Such steps lead forward only: one sweep does.
void close(const std::vector<Token>& tokens, std::vector<bool>& states) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!states[i]) continue;
    if (tokens[i].repeat || tokens[i].skip > 0) states[i + 1] = true;
    if (tokens[i].skip > 0) states[i + tokens[i].skip] = true;
  }
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  if (!check_glob(pattern)) return false;
  const std::vector<Token> tokens = *tokens_of(pattern);
  std::vector<bool> states(tokens.size() + 1), next(tokens.size() + 1);
  states[0] = true;
  close(tokens, states);
  for (const char c : text) {
    next.assign(next.size(), false);
    for (std::size_t i = 0; i < tokens.size(); ++i)
      if (states[i] && tokens[i].set.test(byte(c))) next[tokens[i].repeat ? i : i + 1] = true;
    close(tokens, next);
    states.swap(next);
  }
  return states[tokens.size()];
}

bool glob_match_path(std::string_view pattern, std::string_view path) {
  if (pattern.find('/') == std::string_view::npos) path.remove_prefix(path.rfind('/') + 1);
  return glob_match(pattern, path);
}

Result<void> check_glob(std::string_view pattern) {
  const auto wrong = [pattern](const char* why, const char* remedy) {
    return fail(Fault::kInvalidInput, "`" + std::string(pattern.substr(0, 80)) + "`: " + why, remedy);
  };
  if (pattern.empty()) return wrong("an empty pattern matches nothing", "write a pattern such as *.parquet");
  if (pattern.size() > kPatternBytesMax)
    return wrong("longer than 1,024 bytes", "split it into several patterns");
  if (!tokens_of(pattern))
    return wrong("a `[` without its `]`, a range that runs backwards, or a `\\` at the end",
                 "close the set, or write \\[ for the character itself");
  return {};
}

}  // namespace reconcile
