#include "reconciler/buffer/glob.h"

#include <algorithm>
#include <optional>

namespace reconcile::buffer {
namespace {

/// One unit of a pattern: what it takes, and whether it may repeat.
struct Token {
  enum class Kind { kByte, kAny, kClass, kStar, kDoubleStar, kDoubleStarSlash } kind = Kind::kByte;
  std::string_view text;  // kByte: the byte; kClass: between the brackets
};

bool in_class(std::string_view members, char byte) {
  const bool negated = members.front() == '!' || members.front() == '^';
  if (negated) members.remove_prefix(1);
  const auto value = [](char c) { return static_cast<unsigned char>(c); };
  bool found = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    const unsigned char low = value(members[i]), high = range ? value(members[i + 2]) : low;
    found = found || (low <= value(byte) && value(byte) <= high);
    if (range) i += 2;
  }
  return found != negated;
}

/// The members of a class that opens at `at`; nothing when it is never closed. A `]` in first place is a
/// member.
std::optional<std::string_view> class_at(std::string_view pattern, std::size_t at) {
  std::size_t first = at + 1;
  if (first < pattern.size() && (pattern[first] == '!' || pattern[first] == '^')) ++first;
  const std::size_t close = pattern.find(']', first + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return pattern.substr(at + 1, close - at - 1);
}

std::vector<Token> tokens_of(std::string_view pattern) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern.substr(at, 2) == "**") {
      const bool starts_part = at == 0 || pattern[at - 1] == '/';
      const bool slash = starts_part && at + 2 < pattern.size() && pattern[at + 2] == '/';
      out.push_back({slash ? Token::Kind::kDoubleStarSlash : Token::Kind::kDoubleStar, {}});
      at += slash ? 3 : 2;
    } else if (pattern[at] == '*') {
      out.push_back({Token::Kind::kStar, {}});
      ++at;
    } else if (pattern[at] == '?') {
      out.push_back({Token::Kind::kAny, {}});
      ++at;
    } else if (const auto members = pattern[at] == '[' ? class_at(pattern, at) : std::nullopt) {
      out.push_back({Token::Kind::kClass, *members});
      at += members->size() + 2;
    } else {
      out.push_back({Token::Kind::kByte, pattern.substr(at, 1)});
      ++at;
    }
  }
  return out;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  const std::vector<Token> tokens = tokens_of(pattern);
  // reach[t]: the tokens before t match the text so far. No backtracking, so no pattern is slow.
  std::vector<char> reach(tokens.size() + 1, 0), next(tokens.size() + 1, 0);
  reach[0] = 1;
  const auto skip_empty = [&](bool at_part_start) {
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      const Token::Kind kind = tokens[t].kind;
      const bool may_be_empty = kind == Token::Kind::kStar || kind == Token::Kind::kDoubleStar ||
                                (kind == Token::Kind::kDoubleStarSlash && at_part_start);
      if (reach[t] && may_be_empty) reach[t + 1] = 1;
    }
  };
  skip_empty(true);
  for (const char byte : text) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      if (!reach[t]) continue;
      switch (tokens[t].kind) {
        case Token::Kind::kByte:
          if (tokens[t].text.front() == byte) next[t + 1] = 1;
          break;
        case Token::Kind::kAny:
          if (byte != '/') next[t + 1] = 1;
          break;
        case Token::Kind::kClass:
          if (byte != '/' && in_class(tokens[t].text, byte)) next[t + 1] = 1;
          break;
        case Token::Kind::kStar:
          if (byte != '/') next[t] = 1;
          break;
        case Token::Kind::kDoubleStar:
        case Token::Kind::kDoubleStarSlash:
          next[t] = 1;
          break;
      }
    }
    reach.swap(next);
    skip_empty(byte == '/');
  }
  return reach[tokens.size()] != 0;
}

bool path_matches(std::string_view pattern, std::string_view path) {
  if (pattern.find('/') != std::string_view::npos) return glob_matches(pattern, path);
  const std::size_t slash = path.rfind('/');
  return glob_matches(pattern, slash == std::string_view::npos ? path : path.substr(slash + 1));
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view path) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return path_matches(pattern, path); });
}

}  // namespace reconcile::buffer
