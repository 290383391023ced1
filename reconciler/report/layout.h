#pragma once
// Rows in columns: symbol, subject, detail, cause.

#include <string>

#include "reconciler/report/color.h"
#include "reconciler/report/rows.h"

namespace reconcile {

struct LayoutOptions {
  bool color = false;
  std::size_t width = 100;  ///< columns; less than 60 counts as 60
  bool show_all = false;    ///< fold nothing
  bool ascii = false;
};

/// A section never shows more lines than this that may be folded; the last of them then counts the rest.
inline constexpr std::size_t kFoldedLinesMax = 20;

/// Title and rows. No line is wider than `width`.
std::string render_section(const Section& section, const LayoutOptions& options);

/// "Legend: + create  ~ change": only symbols that stand in these sections. Empty when there is none.
std::string render_legend(const std::vector<Section>& sections, const LayoutOptions& options);

/// `text` after `indent` spaces, wrapped; further lines are indented by `hanging`.
std::string render_wrapped(const std::string& text, std::size_t indent, std::size_t hanging,
                           const LayoutOptions& options, Style style = Style::kPlain);

std::string ellipsis_of(const LayoutOptions& options);
Style style_of(char symbol);

}  // namespace reconcile
