#include "reconciler/report/display.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "reconciler/base/utf8.h"

namespace reconcile {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](Range range) { return code >= range.first && code <= range.last; });
}

// What a terminal obeys, reorders by or shows nothing for: C0, DEL, C1, soft hyphen, bidirectional controls,
// zero-width and fill characters, line separators, all spaces but U+0020, tags, private use, noncharacters.
constexpr std::array<Range, 24> kHidden{
    {{0x0, 0x1f},      {0x7f, 0xa0},     {0xad, 0xad},       {0x34f, 0x34f},     {0x61c, 0x61c},
     {0x115f, 0x1160}, {0x1680, 0x1680}, {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x2000, 0x200f},
     {0x2028, 0x202f}, {0x205f, 0x206f}, {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},
     {0xe000, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
     {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0xe0000, 0x10ffff}}};

// Combining marks of the common scripts (Unicode 15, Mn and Me); others count one column too many, never too
// few.
constexpr std::array<Range, 16> kCombining{{{0x300, 0x36f},
                                            {0x483, 0x489},
                                            {0x591, 0x5bd},
                                            {0x610, 0x61a},
                                            {0x64b, 0x65f},
                                            {0x6d6, 0x6dc},
                                            {0x900, 0x902},
                                            {0x93c, 0x93c},
                                            {0x941, 0x948},
                                            {0xe31, 0xe31},
                                            {0xe34, 0xe3a},
                                            {0xe47, 0xe4e},
                                            {0x1ab0, 0x1ace},
                                            {0x1dc0, 0x1dff},
                                            {0x20d0, 0x20f0},
                                            {0xfe20, 0xfe2f}}};

// UAX #11, W and F, rounded to blocks.
constexpr std::array<Range, 17> kWide{{{0x1100, 0x115f},
                                       {0x231a, 0x231b},
                                       {0x23e9, 0x23ec},
                                       {0x25fd, 0x25fe},
                                       {0x2614, 0x2615},
                                       {0x2648, 0x2653},
                                       {0x26a1, 0x26a1},
                                       {0x2705, 0x2705},
                                       {0x274c, 0x274c},
                                       {0x2e80, 0x303e},
                                       {0x3041, 0xa4cf},
                                       {0xac00, 0xd7a3},
                                       {0xf900, 0xfaff},
                                       {0xfe30, 0xfe6f},
                                       {0xff00, 0xff60},
                                       {0xffe0, 0xffe6},
                                       {0x1f000, 0x3fffd}}};

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (within(kCombining, code)) return 0;
  return within(kWide, code) ? 2 : 1;
}

std::string escape(char32_t code) {
  const auto value = static_cast<std::uint32_t>(code);
  if (value < 0x100) return fmt::format("\\x{:02x}", value);
  return value < 0x10000 ? fmt::format("\\u{:04x}", value) : fmt::format("\\U{:08x}", value);
}

/// Bytes of the longest start of `text` that is no wider than `width`; marks stay with their letter.
std::size_t prefix_bytes(std::string_view text, std::size_t width) {
  std::size_t used = 0, at = 0;
  while (at < text.size()) {
    const CodePoint point = code_point_at(text, at);
    if (used + width_of(point.code) > width) break;
    used += width_of(point.code);
    at += point.length;
  }
  return at;
}

/// First byte of the longest end of `text` that is no wider than `width` and does not begin with a mark.
std::size_t suffix_start(std::string_view text, std::size_t width) {
  std::size_t left = display_width(text), at = 0;
  while (at < text.size()) {
    const CodePoint point = code_point_at(text, at);
    if (left <= width && width_of(point.code) > 0) break;
    left -= std::min(left, width_of(point.code));
    at += point.length;
  }
  return at;
}

/// Where the escape begins that byte `at` lies inside of, and where it ends; `at` twice when there is none.
std::pair<std::size_t, std::size_t> escape_around(std::string_view text, std::size_t at) {
  for (std::size_t back = 1; back < 10 && back <= at; ++back) {
    if (text[at - back] != '\\' || at - back + 1 >= text.size()) continue;
    const char kind = text[at - back + 1];
    const std::size_t length = kind == 'x' ? 4 : kind == 'u' ? 6 : kind == 'U' ? 10 : 1;
    if (length <= back || at - back + length > text.size()) continue;
    const std::string_view digits = text.substr(at - back + 2, length - 2);
    if (digits.find_first_not_of("0123456789abcdef") == std::string_view::npos)
      return {at - back, at - back + length};
  }
  return {at, at};
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    width += width_of(point.code);
    at += point.length;
  }
  return width;
}

std::string visible(std::string_view text, bool ascii) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (ascii && point.code == U'…') {
      out += "...";
    } else if (!point.valid || within(kHidden, point.code) || (ascii && point.code > 0x7e)) {
      out += escape(point.code);
    } else {
      out += text.substr(at, point.length);
    }
    at += point.length;
  }
  return out;
}

std::string visible_name(std::string_view name, bool ascii) {
  const std::string plain = visible(name, ascii);
  std::string out;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const bool edge = at == 0 || at + 1 == plain.size();
    const bool doubled = !edge && plain[at - 1] == ' ';
    if (plain[at] == ' ' && (edge || doubled)) {
      out += "\\x20";
    } else {
      out += plain[at];
    }
  }
  return out;
}

std::string elide_middle(const std::string& text, std::size_t width, const std::string& ellipsis) {
  if (display_width(text) <= width) return text;
  const std::size_t marks = display_width(ellipsis);
  if (width <= marks) return text.substr(0, prefix_bytes(text, width));
  const std::size_t kept = width - marks, tail = kept / 2;
  // Half an escape would look like other characters.
  const std::size_t head_end = escape_around(text, prefix_bytes(text, kept - tail)).first;
  const std::size_t tail_start = escape_around(text, suffix_start(text, tail)).second;
  return text.substr(0, head_end) + ellipsis + text.substr(tail_start);
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    const bool begun = !lines.back().empty();  // not `used`: a lone mark takes no column
    const std::size_t needed = display_width(word) + (begun ? 1 : 0);
    if (used + needed <= width) {
      lines.back() += (begun ? " " : "") + std::string(word);
      used += needed;
      continue;
    }
    if (begun) lines.emplace_back();
    for (std::size_t cut; display_width(word) > width; word.remove_prefix(cut)) {
      cut = std::max<std::size_t>(prefix_bytes(word, width), 1);
      lines.back() = word.substr(0, cut);
      lines.emplace_back();
    }
    lines.back() = word;
    used = display_width(word);
  }
  return lines;
}

std::string pad_right(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

}  // namespace reconcile
