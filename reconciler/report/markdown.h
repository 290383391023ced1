#pragma once
// A plan as GitHub-flavoured markdown, for a comment on a pull request.

#include <cstddef>
#include <string>

#include "reconciler/model/plan.h"

namespace reconcile {

/// GitHub refuses a comment above 65,536 characters; bytes are never fewer than characters.
inline constexpr std::size_t kMarkdownBytesMax = 65'000;

/// Counts first, then what is blocked, what deletes and what cannot be undone, then the rest, folded away.
/// Never longer than kMarkdownBytesMax: rows that do not fit are counted. Text from outside cannot form
/// markup, links, mentions or further lines.
std::string render_markdown(const Plan& plan);

/// `text` as GFM text that shows exactly these characters (control characters made visible).
std::string escape_markdown(const std::string& text);

}  // namespace reconcile
