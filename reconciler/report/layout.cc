#include "reconciler/report/layout.h"

#include <algorithm>
#include <string_view>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/report/display.h"

namespace reconcile {
namespace {

constexpr std::size_t kIndent = 4;        // two spaces, symbol, space
constexpr std::size_t kGap = 2;           // between columns
constexpr std::size_t kCauseWanted = 36;  // a long subject leaves its cause this much; else causes go below
constexpr std::size_t kSubjectLeast = 16;
constexpr std::size_t kCauseMax = 320;  // columns: a page of somebody's error text helps nobody

std::size_t width_of(const LayoutOptions& options) { return std::max<std::size_t>(options.width, 60); }

struct Columns {
  std::size_t subject = 0, detail = 0, cause_at = 0;  ///< cause_at 0: below
};

struct Cells {
  char symbol = ' ';
  std::string subject, detail, cause;
  const std::vector<SubLine>* below = nullptr;
  bool whole = false;
};

Cells cells_of(const Row& row, const LayoutOptions& options) {
  return {row.symbol,
          visible_name(row.subject, options.ascii),
          visible(row.detail, options.ascii),
          elide_middle(visible(row.cause, options.ascii), kCauseMax, ellipsis_of(options)),
          &row.below,
          row.whole};
}

Columns columns_for(const std::vector<Cells>& rows, const LayoutOptions& options) {
  const std::size_t width = width_of(options), detail_max = width * 2 / 5;
  std::size_t subject = 0, detail = 0, cause = 0;
  for (const Cells& row : rows) {
    subject = std::max(subject, display_width(row.subject));
    detail = std::max(detail, std::min(display_width(row.detail), detail_max));
    cause = std::max(cause, std::min(display_width(row.cause), kCauseWanted));
  }
  const std::size_t fixed = kIndent + (detail > 0 ? detail + kGap : 0);
  const std::size_t cause_needs = cause > 0 ? cause + kGap : 0;
  const bool beside = cause > 0 && fixed + cause_needs + kSubjectLeast <= width;
  Columns out{std::min(subject, width - fixed - (beside ? cause_needs : 0)), detail, 0};
  if (beside) out.cause_at = fixed + out.subject + kGap;
  return out;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// `above` is the row before, or null: a long cause is not repeated line for line.
std::string render_row(const Cells& row, const Cells* above, const Columns& columns,
                       const LayoutOptions& options) {
  const std::size_t width = width_of(options);
  const auto lines_of = [](const std::string& text, std::size_t room) {
    return text.empty() ? std::vector<std::string>() : wrap(text, std::max<std::size_t>(room, 8));
  };
  const std::string subject = elide_middle(row.subject, columns.subject, ellipsis_of(options));
  const std::vector<std::string> details = lines_of(row.detail, columns.detail);
  std::vector<std::string> causes;
  if (columns.cause_at > 0) causes = lines_of(row.cause, width - columns.cause_at);
  if (causes.size() > 1 && above && above->cause == row.cause) causes = {"as above"};
  std::string out;
  const std::size_t height = std::max<std::size_t>({1, details.size(), causes.size()});
  for (std::size_t at = 0; at < height; ++at) {
    // The plain line fixes the columns; colour is put around its parts afterwards.
    std::string line = at == 0 ? subject : "";
    if (at < details.size()) line = pad_right(line, columns.subject + kGap) + details[at];
    std::string cause;
    if (at < causes.size()) {
      line = pad_right(line, columns.cause_at - kIndent);
      cause = paint(Style::kDim, causes[at], options.color);
    } else {
      line = trimmed(line);
    }
    const std::string symbol = at == 0 && row.symbol != ' '
                                   ? paint(style_of(row.symbol), std::string(1, row.symbol), options.color)
                                   : " ";
    out += "  " + symbol + " " + line + cause + "\n";
  }
  if (columns.cause_at == 0 && !row.cause.empty())
    out += render_wrapped(row.cause, kIndent + 4, kIndent + 4, options, Style::kDim);
  if (row.whole && subject != row.subject)
    out += render_wrapped(row.subject, kIndent + 2, kIndent + 2, options);
  for (const SubLine& sub : *row.below) {
    const std::string mark = sub.symbol == ' ' ? "" : std::string(1, sub.symbol) + " ";
    out += render_wrapped(mark + sub.text, kIndent + 2, kIndent + 2 + mark.size(), options,
                          sub.symbol == ' ' ? Style::kPlain : style_of(sub.symbol));
  }
  return out;
}

}  // namespace

std::string ellipsis_of(const LayoutOptions& options) { return options.ascii ? "..." : "…"; }

Style style_of(char symbol) {
  switch (symbol) {
    case '+':
      return Style::kGreen;
    case '~':
      return Style::kYellow;
    case '-':
    case 'x':
      return Style::kRed;
    case '^':
      return Style::kMagenta;
    case '!':
      return Style::kBoldRed;
    case '?':
      return Style::kDim;
    default:
      return Style::kPlain;
  }
}

std::string render_wrapped(const std::string& text, std::size_t indent, std::size_t hanging,
                           const LayoutOptions& options, Style style) {
  std::string out;
  std::size_t at = indent;
  for (const std::string& line :
       wrap(visible(text, options.ascii), width_of(options) - std::max(indent, hanging))) {
    out += std::string(at, ' ') + paint(style, line, options.color) + "\n";
    at = hanging;
  }
  return out;
}

std::string render_section(const Section& section, const LayoutOptions& options) {
  const auto foldable = static_cast<std::size_t>(
      std::count_if(section.rows.begin(), section.rows.end(), [](const Row& row) { return !row.keep; }));
  const std::size_t shown = options.show_all || foldable <= kFoldedLinesMax ? foldable : kFoldedLinesMax - 1;
  std::vector<Cells> rows;
  std::size_t seen = 0, fold_before = section.rows.size();
  for (const Row& row : section.rows) {
    if (!row.keep && ++seen > shown) {
      if (seen == shown + 1) fold_before = rows.size();
      continue;
    }
    rows.push_back(cells_of(row, options));
  }
  const Columns columns = columns_for(rows, options);
  const std::string fold =
      fmt::format("  {} {} more (--show-all)\n", ellipsis_of(options), print_count(foldable - shown));
  std::string out = paint(Style::kBold, section.title, options.color) + "\n";
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (at == fold_before) out += fold;
    out += render_row(rows[at], at > 0 ? &rows[at - 1] : nullptr, columns, options);
  }
  if (shown < foldable && fold_before >= rows.size()) out += fold;
  return out;
}

std::string render_legend(const std::vector<Section>& sections, const LayoutOptions& options) {
  std::string used;
  for (const Section& section : sections)
    for (const Row& row : section.rows) {
      used += row.symbol;
      for (const SubLine& sub : row.below) used += sub.symbol;
    }
  std::string out;
  std::size_t column = 0;
  for (const char symbol : std::string_view("+~-^?x!")) {
    if (used.find(symbol) == std::string::npos) continue;
    const std::size_t needs = 4 + std::string_view(meaning_of(symbol)).size();
    const bool breaks = column + needs > width_of(options);
    if (out.empty() || breaks) column = 6;
    out += out.empty() ? "Legend:" : breaks ? "\n       " : " ";
    out += " " + paint(style_of(symbol), std::string(1, symbol), options.color) + " " + meaning_of(symbol);
    column += needs;
  }
  return out.empty() ? out : out + "\n";
}

}  // namespace reconcile
