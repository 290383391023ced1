#include "reconciler/doctor/render.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/report/display.h"
#include "reconciler/report/json.h"

namespace reconcile::doctor {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchemaVersion = "1.0";
constexpr std::size_t kVerdictWidth = 9;
constexpr std::size_t kIdWidth = 20;
constexpr std::size_t kIndent = kVerdictWidth + kIdWidth;

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return Style::kGreen;
    case Verdict::kWarn:
      return Style::kYellow;
    case Verdict::kFail:
      return Style::kBoldRed;
    case Verdict::kSkipped:
      break;
  }
  return Style::kDim;
}

std::string lines_of(const Check& check, const LayoutOptions& options) {
  const std::size_t column = check.id.empty() ? kVerdictWidth : kIndent;
  const std::size_t width = std::max<std::size_t>(options.width, 60) - column;
  std::string out;
  std::string margin =
      paint(style_of(check.verdict), pad_right(name_of(check.verdict), kVerdictWidth), options.color) +
      (check.id.empty() ? "" : pad_right(check.id, kIdWidth));
  const auto add = [&](const std::string& text, std::size_t hanging) {
    for (const std::string& line : wrap(visible(text, options.ascii), width - hanging)) {
      out += margin + line + "\n";
      margin = std::string(column + hanging, ' ');
    }
  };
  add(check.evidence, 0);
  if (!check.remedy.empty()) {
    margin = std::string(column, ' ') + (options.ascii ? "> " : "→ ");
    add(check.remedy, 2);
  }
  return out;
}

std::size_t count_of(const Report& report, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(report.checks.begin(), report.checks.end(),
                                                [&](const Check& c) { return c.verdict == verdict; }));
}

bool is_hidden(const Check& check) { return check.verdict == Verdict::kSkipped && !check.because.empty(); }

/// What each failure hides, in a line of its own.
std::string hidden_lines(const Report& report, const LayoutOptions& options) {
  std::vector<std::pair<std::string, std::string>> by_cause;
  for (const Check& check : report.checks) {
    if (!is_hidden(check)) continue;
    auto found = std::find_if(by_cause.begin(), by_cause.end(),
                              [&](const auto& each) { return each.first == check.because.front(); });
    if (found == by_cause.end()) found = by_cause.insert(found, {check.because.front(), ""});
    found->second += (found->second.empty() ? "" : ", ") + check.id;
  }
  std::string out;
  for (const auto& [cause, ids] : by_cause)
    out += lines_of({"", Verdict::kSkipped, "until " + cause + " is mended: " + ids, "", {}}, options);
  return out;
}

bool does_not_apply(const Check& check) {
  return check.verdict == Verdict::kSkipped && check.because.empty();
}

std::string one(const Report& report, const LayoutOptions& options) {
  std::string out = fmt::format("{} · {} · {}\n", visible_name(report.publication, options.ascii),
                                visible_name(report.source, options.ascii), print_time(report.time));
  for (const Check& check : report.checks)
    if (options.show_all || check.verdict != Verdict::kSkipped) out += lines_of(check, options);
  if (!options.show_all) out += hidden_lines(report, options);
  const auto elsewhere = std::count_if(report.checks.begin(), report.checks.end(), does_not_apply);
  const std::size_t skipped = count_of(report, Verdict::kSkipped);
  out += fmt::format("{} checks: {} ok, {} to look at, {} failed, {} skipped", report.checks.size(),
                     count_of(report, Verdict::kOk), count_of(report, Verdict::kWarn),
                     count_of(report, Verdict::kFail), skipped);
  if (elsewhere > 0 && !options.show_all)
    out += fmt::format(" ({} do not apply here: --show-all)", elsewhere);
  return out + ".\n";
}

Json json_of(const Check& check) {
  Json out{{"id", check.id}, {"verdict", name_of(check.verdict)}, {"evidence", check.evidence}};
  if (!check.remedy.empty()) out["remedy"] = check.remedy;
  if (!check.because.empty()) out["because"] = check.because;
  return out;
}

Json json_of(const Report& report) {
  Json checks = Json::array();
  for (const Check& check : report.checks) checks.push_back(json_of(check));
  return {{"name", report.publication},
          {"source", report.source},
          {"time", print_time(report.time)},
          {"verdict", name_of(worst(report))},
          {"checks", std::move(checks)}};
}

}  // namespace

std::string render_text(const std::vector<Report>& reports, const LayoutOptions& options) {
  std::string out;
  for (const Report& report : reports) out += (out.empty() ? "" : "\n") + one(report, options);
  return out;
}

std::string render_json(const std::vector<Report>& reports) {
  Json publications = Json::array();
  for (const Report& report : reports) publications.push_back(json_of(report));
  const Json out{{"schemaVersion", kSchemaVersion},
                 {"kind", "Doctor"},
                 {"tool", {{"name", "reconcile"}, {"version", tool_version()}}},
                 {"verdict", name_of(worst(reports))},
                 {"publications", std::move(publications)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile::doctor
