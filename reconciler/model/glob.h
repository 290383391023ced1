#pragma once
// Shell patterns over names with `/`: `*` and `?` stay within a part, `**` crosses parts, `[a-z]` and
// `[!a-z]` are one character, `\x` is x.

#include <string_view>

#include "reconciler/base/result.h"

namespace reconcile {

/// The whole text matches. Time is at most pattern × text. A pattern that `check_glob` refuses matches
/// nothing.
/// `**/` also matches nothing at all: `**/x` matches `x` and `a/b/x`. Bytes, not code points.
bool glob_match(std::string_view pattern, std::string_view text);

/// As `glob_match`, but a pattern without `/` is held against the last part only, as in .gitignore:
/// `*.parquet` matches `a/b.parquet`.
bool glob_match_path(std::string_view pattern, std::string_view path);

/// kInvalidInput: empty, over 1,024 bytes, `[` without `]`, an empty set, or `\` at the end.
Result<void> check_glob(std::string_view pattern);

}  // namespace reconcile
