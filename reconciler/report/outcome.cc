#include "reconciler/report/outcome.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/layout.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;
using Kind = ActionOutcome::Kind;

constexpr std::array<std::pair<Kind, const char*>, 4> kSections{{{Kind::kFailed, "failed"},
                                                                 {Kind::kSkipped, "skipped"},
                                                                 {Kind::kNotReached, "not reached"},
                                                                 {Kind::kDone, "done"}}};

Row row_of(const ActionOutcome& outcome) {
  const bool failed = outcome.kind == Kind::kFailed;
  Row row{.symbol = failed ? 'x' : ' ',
          .subject = outcome.address,
          .detail = outcome.verb,
          .cause = outcome.detail,
          .keep = failed};
  if (!outcome.error) return row;
  // Nobody knows whether it happened: more than a failure, until the next pass has looked.
  if (failed && outcome.error->fault == Fault::kUnknownOutcome) row.symbol = '!';
  if (row.cause.empty()) {
    row.cause = outcome.error->cause;
  } else {
    row.below.push_back({' ', outcome.error->cause});
  }
  if (!outcome.error->remedy.empty()) row.below.push_back({' ', outcome.error->remedy});
  return row;
}

Seconds duration_of(const ApplyReport& report) { return std::max(Seconds(0), report.ended - report.started); }

std::string closing(const ApplyReport& report) {
  std::string out;
  for (const Kind kind : {Kind::kDone, Kind::kFailed, Kind::kSkipped, Kind::kNotReached}) {
    const std::uint64_t count = count_of(report, kind);
    const char* const words = kind == Kind::kNotReached ? "not reached" : name_of(kind);
    if (count > 0 || kind == Kind::kDone)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", print_count(count), words);
  }
  out = fmt::format("Applied: {}. {} up in {}", out, print_size(Bytes(report.uploaded_bytes)),
                    print_duration(duration_of(report)));
  if (report.deleted_bytes > 0) out += fmt::format(", {} deleted", print_size(Bytes(report.deleted_bytes)));
  if (report.finalized_block)
    out += fmt::format(", finalized in block {}", print_count(*report.finalized_block));
  return out + (report.converged ? ". Converged." : ". Not converged.");
}

Json numbers_of(const ApplyReport& report) {
  Json out{{"done", count_of(report, Kind::kDone)},       {"failed", count_of(report, Kind::kFailed)},
           {"skipped", count_of(report, Kind::kSkipped)}, {"notReached", count_of(report, Kind::kNotReached)},
           {"uploadedBytes", report.uploaded_bytes},      {"deletedBytes", report.deleted_bytes},
           {"releasedFiles", report.released_files},      {"requests", report.requests}};
  if (report.finalized_block) out["finalizedBlock"] = *report.finalized_block;
  return out;
}

Json json_of(const ActionOutcome& outcome) {
  Json out{{"address", outcome.address}, {"action", outcome.verb}, {"result", name_of(outcome.kind)}};
  if (!outcome.detail.empty()) out["detail"] = outcome.detail;
  if (outcome.error)
    out["error"] = Json{{"fault", name_of(outcome.error->fault)},
                        {"cause", outcome.error->cause},
                        {"remedy", outcome.error->remedy}};
  return out;
}

Json head_of(const ApplyReport& report) {
  return Json{{"publication", report.publication},
              {"started", print_time(report.started)},
              {"ended", print_time(report.ended)},
              {"converged", report.converged}};
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_outcome(const ApplyReport& report, const TextOptions& text) {
  const LayoutOptions options{text.color, static_cast<std::size_t>(std::max(text.width, 60)), text.show_all,
                              text.ascii};
  std::string out;
  for (const auto& [kind, title] : kSections) {
    Section section{title, {}};
    for (const ActionOutcome& outcome : report.outcomes)
      if (outcome.kind == kind) section.rows.push_back(row_of(outcome));
    if (!section.rows.empty()) out += render_section(section, options);
  }
  const bool whole = count_of(report, Kind::kDone) == report.outcomes.size();
  const Style style = whole && report.converged ? Style::kBoldGreen : Style::kBold;
  return out + (out.empty() ? "" : "\n") + paint(style, closing(report), options.color) + "\n";
}

std::string render_outcome_json(const ApplyReport& report, const JsonOptions& options) {
  Json outcomes = Json::array();
  for (const ActionOutcome& outcome : report.outcomes) outcomes.push_back(json_of(outcome));
  const std::string version = options.tool_version.empty() ? tool_version() : options.tool_version;
  Json out{{"schemaVersion", kPlanSchemaVersion},
           {"kind", "ApplyReport"},
           {"tool", {{"name", "reconcile"}, {"version", version}}}};
  out.update(head_of(report));
  out["outcomes"] = std::move(outcomes);
  out["summary"] = numbers_of(report);
  if (options.exit_code) out["exit"] = *options.exit_code;
  return dump(out, 2);
}

std::string render_outcome_ndjson(const ApplyReport& report, const JsonOptions& options) {
  Json out{{"type", "apply_summary"}, {"message", closing(report)}};
  out.update(head_of(report));
  out["summary"] = numbers_of(report);
  if (options.exit_code) out["exit"] = *options.exit_code;
  return dump(out, -1);
}

}  // namespace reconcile
