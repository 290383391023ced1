#pragma once
// File patterns: `*` and `?` stay within one path part, `[a-z]` and `[!a-z]` are classes, `**` spans parts.

#include <string>
#include <string_view>
#include <vector>

namespace reconcile::buffer {

/// Whole-text match, byte by byte. `**/` matches any number of parts, none included; `[` without its `]` is a
/// plain character; there is no escape: write `[*]` for a star. Linear in pattern × text.
bool glob_matches(std::string_view pattern, std::string_view text);

/// A pattern without `/` speaks of the base name, in whichever folder; one with `/` of the whole relative
/// path.
bool path_matches(std::string_view pattern, std::string_view path);
bool any_matches(const std::vector<std::string>& patterns, std::string_view path);

}  // namespace reconcile::buffer
