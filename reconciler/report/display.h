#pragma once
// Text for a terminal: measured in displayed columns, with nothing in it that could fake, move or hide a
// line.

#include <string>
#include <string_view>
#include <vector>

namespace reconcile {

/// Columns that `text` takes: 0 for combining marks, 2 for East Asian wide and emoji (UAX #11), else 1. For
/// text that went through `visible`.
std::size_t display_width(std::string_view text);

/// Control characters, escapes, bidirectional and invisible characters, odd spaces and broken UTF-8 as
/// `\x1b`, `\u202e`, `\U000e0001`; everything else as it is. With `ascii` all that is not ASCII, too.
std::string visible(std::string_view text, bool ascii = false);

/// As `visible`, for names: spaces at either end and runs of them become `\x20`, so that a name cannot look
/// like two columns.
std::string visible_name(std::string_view name, bool ascii = false);

/// At most `width` columns: the middle gives way to `ellipsis`, both ends stay.
std::string elide_middle(const std::string& text, std::size_t width, const std::string& ellipsis);

/// Lines of at most `width` columns, broken at spaces, and inside a word only where it is longer than a line.
/// At least one line. `width` must be at least 2.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `text` and spaces up to `width` columns.
std::string pad_right(std::string text, std::size_t width);

}  // namespace reconcile
