#include "reconciler/serve/page.h"

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/report/display.h"
#include "reconciler/report/headline.h"
#include "reconciler/report/json.h"
#include "reconciler/report/rows.h"
#include "reconciler/report/summary.h"
#include "reconciler/serve/assets.h"

namespace reconcile::serve {
namespace {

/// Text for an element or a quoted attribute.
std::string escaped(const std::string& raw) {
  std::string out;
  for (const char c : visible(raw)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

std::string render_header(const ProcessStatus& status) {
  const Headline head = headline_of(status);
  std::string facts = fmt::format("<span>{}</span>", counted(status.publications.size(), "publication"));
  if (status.publications.size() == 1) {
    const PublicationStatus& one = status.publications.front();
    facts = fmt::format("<span>{}</span><span>manifest {}</span><span>{} behind, cadence {}</span>",
                        escaped(one.name), short_digest(one.manifest_digest, 7),
                        print_duration(lag_of(one, status.now)), print_duration(one.cadence));
  }
  return fmt::format(
      "<h1 class=\"word {}\"><span class=dot aria-hidden=true></span>{} <small>{}</small></h1>"
      "<p class=facts>{}<span>reconcile {}</span><span>as of {}</span></p>",
      head.tone, escaped(head.word), escaped(head.text), facts, tool_version(), print_time(status.now));
}

std::string render_plan(const ShownPlan& plan) {
  std::string out = fmt::format("<p class=closing>{}</p>", escaped(plan.closing));
  std::string section;
  for (const ShownLine& line : plan.lines) {
    if (line.section != section)
      out += (section.empty() ? "" : "</ul>") + fmt::format("<h4>{}</h4><ul class=lines>", line.section);
    section = line.section;
    out += fmt::format(
        "<li><b class=sym>{}</b> <span class=subject>{}</span> <span class=detail>{}</span> "
        "<span class=cause>{}</span>",
        escaped(std::string(1, line.symbol)), escaped(line.subject), escaped(line.detail),
        escaped(line.cause));
    for (const std::string& below : line.below)
      out += fmt::format("<br><span class=below>{}</span>", escaped(below));
    out += "</li>";
  }
  if (!section.empty()) out += "</ul>";
  if (plan.lines_more > 0) out += fmt::format("<p class=more>{} more</p>", print_count(plan.lines_more));
  if (!plan.command.empty())
    out += fmt::format("<p>Digest <code>sha256:{}</code></p><pre class=command>{}</pre>",
                       short_digest(plan.digest), escaped(plan.command));
  return out;
}

std::string render_plans(const ProcessStatus& status) {
  std::string out, others;
  std::size_t shown = 0;
  for (const PublicationStatus* publication : worst_first(status)) {
    const Headline head = headline_of(*publication, status.now);
    const std::string title = fmt::format("{} <span class=\"chip {}\">{}</span>", escaped(publication->name),
                                          head.tone, escaped(head.word));
    if (shown++ >= kPagePlansMax) {
      others += "<li>" + title + "</li>";
      continue;
    }
    out += "<article class=panel><h3>" + title + "</h3>";
    if (!head.text.empty()) out += "<p>" + escaped(head.text) + "</p>";
    out += publication->plan ? render_plan(*publication->plan)
                             : std::string("<p class=unknown>No plan yet: no pass has ended.</p>");
    out += "</article>";
  }
  if (!others.empty()) out += "<ul class=others>" + others + "</ul>";
  return out.empty() ? "<p class=unknown>No publication is looked after.</p>" : out;
}

void put(std::string& text, const std::string& mark, const std::string& value) {
  const std::size_t at = text.find(mark);
  text.replace(at, mark.size(), value);
}

std::string hash_of(const std::string& text) {
  const Sha256 digest = sha256_of(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  return "'sha256-" + to_base64(ByteView(digest.get().data(), digest.get().size())) + "'";
}

}  // namespace

std::string render_page(const ProcessStatus& status) {
  std::string out = kPageHtml;
  // What comes from outside goes in last: it may hold a mark.
  put(out, "{{css}}", kPageCss);
  put(out, "{{js}}", kPageJs);
  put(out, "{{title}}", headline_of(status).word);
  const std::size_t at = out.find("{{plans}}");
  out.replace(at, std::string("{{plans}}").size(), render_plans(status));
  put(out, "{{header}}", render_header(status));
  return out;
}

std::string page_policy() {
  return "default-src 'none'; script-src " + hash_of(kPageJs) + "; style-src " + hash_of(kPageCss) +
         "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace reconcile::serve
