#include "reconciler/report/markdown.h"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/report/display.h"
#include "reconciler/report/rows.h"
#include "reconciler/report/summary.h"

namespace reconcile {
namespace {

constexpr std::size_t kCellBytesMax = 1024;        // a key has at most 1,024 bytes; a cause may be longer
constexpr std::size_t kHeaderCellBytesMax = 160;   // so that the header always fits, whatever is escaped
constexpr std::size_t kReservedForEnd = 4 * 1024;  // counts of what did not fit, and the digest line

/// The middle of a long text gives way. Bytes, since marks without width would pass a limit in columns.
std::string bounded(const std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto inside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  std::size_t head = bytes_max / 2, tail = text.size() - bytes_max / 2;
  while (head > 0 && inside(head)) --head;
  while (tail < text.size() && inside(tail)) ++tail;
  return text.substr(0, head) + "…" + text.substr(tail);
}

std::string name_cell(const std::string& name, std::size_t bytes_max = kCellBytesMax) {
  if (name.empty()) return "";
  return "<code>" + escape_markdown(bounded(visible_name(name), bytes_max)) + "</code>";
}

std::string text_cell(const std::string& text, std::size_t bytes_max = kCellBytesMax) {
  return escape_markdown(bounded(visible(text), bytes_max));
}

std::string table_line(const Row& row) {
  std::string cause = text_cell(row.cause);
  for (const SubLine& sub : row.below)
    cause += (cause.empty() ? "" : "<br>") +
             (sub.symbol == '!' ? "**!** " + text_cell(sub.text) : text_cell(sub.text));
  const std::string symbol = row.symbol == ' ' ? "" : fmt::format("`{}`", row.symbol);
  return fmt::format("| {} | {} | {} | {} |\n", symbol, name_cell(row.subject), text_cell(row.detail), cause);
}

constexpr const char* kTableHead = "| | what | | why |\n| --- | --- | --- | --- |\n";

/// Rows as a table, as long as `room` lasts; those left over are counted.
std::string table(const std::vector<Row>& rows, std::size_t& room) {
  std::string out = kTableHead;
  std::size_t at = 0;
  for (; at < rows.size(); ++at) {
    const std::string line = table_line(rows[at]);
    if (out.size() + line.size() > room) break;
    out += line;
  }
  room -= std::min(room, out.size());
  if (at < rows.size()) out += fmt::format("\n… {} more\n", print_count(rows.size() - at));
  return out;
}

/// What a reviewer must not miss, out of all sections.
struct Sorted {
  std::vector<Row> blocked, grave, commitment;
  std::vector<Section> others;
};

bool is_grave(const Row& row) {
  return row.symbol == '-' || std::any_of(row.below.begin(), row.below.end(),
                                          [](const SubLine& sub) { return sub.symbol == '!'; });
}

Sorted sort_rows(const Plan& plan) {
  Sorted out;
  for (Section& section : sections_of(plan, false)) {
    Section rest{section.title, {}};
    for (Row& row : section.rows) {
      std::vector<Row>& to = section.title == "blocked"      ? out.blocked
                             : is_grave(row)                 ? out.grave
                             : section.title == "commitment" ? out.commitment
                                                             : rest.rows;
      to.push_back(std::move(row));
    }
    if (!rest.rows.empty()) out.others.push_back(std::move(rest));
  }
  return out;
}

std::string header(const Plan& plan) {
  const std::string revision =
      plan.revision ? text_cell(revision_words(*plan.revision), kHeaderCellBytesMax) + " · " : "";
  std::string out = fmt::format("### reconcile: {}\n\nmanifest `{}` · {}{}\n\n",
                                name_cell(plan.publication, kHeaderCellBytesMax),
                                short_digest(plan.manifest_digest, 7), revision, print_time(plan.made));
  const std::string cost = closing_cost(plan);
  out += plan.empty() ? fmt::format("**{}**\n\n", text_cell(closing_empty(plan), kHeaderCellBytesMax))
                      : fmt::format("**{}**{}{}\n\n", closing_counts(plan), cost.empty() ? "" : " ", cost);
  if (plan.domains.empty()) return out;
  out += "| domain | where | read | holds | |\n| --- | --- | --- | --- | --- |\n";
  for (const DomainSummary& domain : plan.domains) {
    std::string holds = domain.count ? print_count(*domain.count) : "";
    if (domain.bytes) holds += (holds.empty() ? "" : ", ") + print_size(*domain.bytes);
    out += fmt::format("| {} | {} | {} | {} | {} |\n", text_cell(domain.domain, kHeaderCellBytesMax),
                       name_cell(domain.location, kHeaderCellBytesMax),
                       text_cell(domain.completeness, kHeaderCellBytesMax), holds,
                       text_cell(domain.detail, kHeaderCellBytesMax));
  }
  return out + "\n";
}

std::string footer(const Plan& plan) {
  if (plan.steps.empty()) return "";
  std::string out = fmt::format("Digest `sha256:{}…`", short_digest(plan.digest));
  if (plan.refusals.empty())
    return out + fmt::format(", approved by `--approve {}`\n", short_digest(plan.digest));
  return out + ". Blocked lines stay undone until they are fixed or allowed.\n";
}

}  // namespace

std::string escape_markdown(const std::string& text) {
  // Character references are never markup in GFM. The empty comment keeps `@name` and `#12` from becoming a
  // mention or a link once the references are resolved; `://` and `www.` would become links.
  const std::string plain = visible(text);
  std::string out;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const char c = plain[at];
    const std::string_view rest = std::string_view(plain).substr(at),
                           before = std::string_view(plain).substr(0, at);
    const bool link = rest.starts_with("://") || (c == '.' && before.ends_with("www"));
    if (link || std::string_view("&<>|`*_[]\\~$!\"").find(c) != std::string_view::npos) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (c == '@' || c == '#') {
      out += fmt::format("&#{};<!-- -->", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string render_markdown(const Plan& plan) {
  const Sorted rows = sort_rows(plan);
  std::string out = header(plan);
  std::size_t room =
      kMarkdownBytesMax - kReservedForEnd - std::min(out.size(), kMarkdownBytesMax - kReservedForEnd);
  const auto open = [&](const char* title, const std::vector<Row>& list) {
    if (!list.empty()) out += fmt::format("**{}**\n\n{}\n", title, table(list, room));
  };
  open("Blocked", rows.blocked);
  open("Deletes, releases, and what cannot be undone", rows.grave);
  open("Commitment", rows.commitment);
  for (const Section& section : rows.others)
    out += fmt::format("<details><summary>{} ({})</summary>\n\n{}\n</details>\n\n", section.title,
                       print_count(section.rows.size()), table(section.rows, room));
  return out + footer(plan);
}

}  // namespace reconcile
