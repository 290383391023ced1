#pragma once
// UTF-8, strictly (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.

#include <cstddef>
#include <string>
#include <string_view>

namespace reconcile {

struct CodePoint {
  char32_t code = 0;       ///< the byte itself when `valid` is false
  std::size_t length = 0;  ///< bytes consumed: 1 to 4, 1 when invalid; 0 at the end of the text
  bool valid = true;
};

/// The code point at byte `at`; a byte that begins none comes back alone, as invalid.
CodePoint code_point_at(std::string_view text, std::size_t at);

bool is_utf8(std::string_view text);

/// Appends the UTF-8 form of a valid code point.
void append_utf8(std::string& out, char32_t code);

}  // namespace reconcile
