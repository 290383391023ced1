#include "reconciler/report/text.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/report/display.h"
#include "reconciler/report/layout.h"
#include "reconciler/report/summary.h"

namespace reconcile {
namespace {

constexpr std::size_t kLocationMax = 36;
constexpr std::size_t kDomainMax = 12;
constexpr std::size_t kWordWidth = 8;  // "complete"

LayoutOptions layout_of(const TextOptions& options) {
  return {options.color, static_cast<std::size_t>(std::max(options.width, 60)), options.show_all,
          options.ascii};
}

std::string noun_of(const std::string& domain) {
  return domain == "bucket" ? "object" : domain == "buffer" ? "file" : "item";
}

Style style_of_completeness(const std::string& word) {
  return word == "complete" ? Style::kPlain : word == "partial" ? Style::kYellow : Style::kRed;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string render_domains(const Plan& plan, const LayoutOptions& options) {
  std::size_t domain_width = 6, location_width = 8, count_width = 0, size_width = 0;
  const auto location_of = [&](const DomainSummary& domain) {
    return elide_middle(visible_name(domain.location, options.ascii),
                        std::min(kLocationMax, options.width / 3), ellipsis_of(options));
  };
  const auto word_of = [&](const std::string& word, std::size_t width) {
    return elide_middle(visible_name(word, options.ascii), width, ellipsis_of(options));
  };
  const auto count_text = [](const DomainSummary& d) {
    return d.count ? counted(*d.count, noun_of(d.domain)) : "";
  };
  const auto size_text = [](const DomainSummary& d) { return d.bytes ? print_size(*d.bytes) : ""; };
  for (const DomainSummary& domain : plan.domains) {
    domain_width = std::max(domain_width, display_width(word_of(domain.domain, kDomainMax)));
    location_width = std::max(location_width, display_width(location_of(domain)));
    count_width = std::max(count_width, count_text(domain).size());
    size_width = std::max(size_width, size_text(domain).size());
  }
  std::string out;
  for (const DomainSummary& domain : plan.domains) {
    const std::string head =
        fmt::format("  {}  {}  ", pad_right(word_of(domain.domain, kDomainMax), domain_width),
                    pad_right(location_of(domain), location_width));
    std::string rest;
    if (domain.count) rest += "  " + right(count_text(domain), count_width);
    if (domain.bytes) rest += "  " + right(size_text(domain), size_width);
    const std::string detail = visible(domain.detail, options.ascii);
    const auto fits = [&](const std::string& tail) {
      return display_width(head) + kWordWidth + display_width(tail) <= options.width;
    };
    // What does not fit beside the word goes below it.
    std::string below = detail;
    if (fits(rest + "  " + detail)) {
      rest += detail.empty() ? "" : "  " + detail;
      below.clear();
    } else if (!fits(rest)) {
      below = rest + " " + detail;
      rest.clear();
    }
    std::string word = word_of(domain.completeness, kWordWidth);
    if (!rest.empty()) word = pad_right(word, kWordWidth);
    out += head + paint(style_of_completeness(domain.completeness), word, options.color) + rest + "\n";
    if (!below.empty()) out += render_wrapped(below, 6, 6, options);
  }
  return out;
}

std::string render_header(const Plan& plan, const LayoutOptions& options) {
  constexpr std::size_t kNameMin = 16;
  const std::string dot = options.ascii ? " - " : " · ";
  const std::string manifest = dot + "manifest " + short_digest(plan.manifest_digest, 7);
  const std::string made = dot + print_time(plan.made);
  const std::string revision = plan.revision ? visible(revision_words(*plan.revision), options.ascii) : "";
  std::string rest = manifest + (revision.empty() ? "" : dot) + revision + made;
  // What does not fit beside the name goes below it.
  std::string below;
  if (!revision.empty() && kNameMin + display_width(rest) > options.width) {
    rest = manifest + made;
    below = render_wrapped(revision, 2, 6, options);
  }
  const std::size_t room = options.width - std::min(options.width - kNameMin, display_width(rest));
  const std::string name =
      elide_middle(visible_name(plan.publication, options.ascii), room, ellipsis_of(options));
  return paint(Style::kBold, name, options.color) + rest + "\n" + below + render_domains(plan, options);
}

std::string render_closing(const Plan& plan, const TextOptions& text, const LayoutOptions& options) {
  if (plan.empty()) {
    const std::string words = closing_empty(plan);
    return render_wrapped(words, 0, 2, options, words == kNoChanges ? Style::kBoldGreen : Style::kBold);
  }
  const std::string counts = closing_counts(plan), cost = closing_cost(plan);
  std::string out = paint(Style::kBold, counts, options.color);
  if (counts.size() + 1 + cost.size() <= options.width) {
    out += (cost.empty() ? "" : " ") + cost + "\n";
  } else {
    out += "\n" + render_wrapped(cost, 6, 6, options);
  }
  if (plan.steps.empty()) return out;
  const std::string digest =
      fmt::format("Digest sha256:{}{}", short_digest(plan.digest), ellipsis_of(options));
  if (!plan.refusals.empty())
    return out + render_wrapped(digest + "  Blocked lines stay undone until they are fixed or allowed.", 0, 2,
                                options);
  if (text.command_hint.empty()) return out + digest + "\n";
  const std::string apply = fmt::format("Apply: {} --approve {}", visible(text.command_hint, options.ascii),
                                        short_digest(plan.digest));
  const bool fits = display_width(digest) + 2 + display_width(apply) <= options.width;
  return out + digest + (fits ? "  " : "\n") + apply + "\n";
}

}  // namespace

std::string render_text(const Plan& plan, const TextOptions& text) {
  const LayoutOptions options = layout_of(text);
  const std::vector<Section> sections = sections_of(plan, options.show_all);
  std::string out = render_header(plan, options) + "\n";
  for (const Section& section : sections) out += render_section(section, options);
  if (!sections.empty()) out += "\n" + render_legend(sections, options);
  return out + render_closing(plan, text, options);
}

}  // namespace reconcile
