#include "reconciler/report/json.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/summary.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

std::string version_of(const JsonOptions& options) {
  return options.tool_version.empty() ? tool_version() : options.tool_version;
}

std::string line(const char* type, const std::string& message, Json fields) {
  Json out{{"type", type}, {"message", message}};
  if (fields.is_object()) out.update(fields);
  // ASCII only: some readers take U+2028 or U+0085 for the end of a line.
  return out.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string message_of(const Step& step) {
  return fmt::format("{} {}{}{}", verb_of(step.action), address_of(step.action),
                     step.cause.empty() ? "" : ": ", step.cause);
}

std::string words(const std::string& a, const char* separator, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + separator + b;
}

const char* name_of(ApplyEventType type) {
  switch (type) {
    case ApplyEventType::kStart:
      return "apply_start";
    case ApplyEventType::kProgress:
      return "apply_progress";
    case ApplyEventType::kComplete:
      return "apply_complete";
    case ApplyEventType::kErrored:
      return "apply_errored";
    case ApplyEventType::kSkipped:
      return "apply_skipped";
    case ApplyEventType::kInfo:
      return "info";
    case ApplyEventType::kWarning:
      return "warning";
  }
  return "info";
}

}  // namespace

const char* tool_version() { return RECONCILE_VERSION; }

std::string render_json(const Plan& plan, const JsonOptions& options) {
  return print_plan(plan, version_of(options), options.exit_code);
}

std::string render_ndjson(const Plan& plan, const JsonOptions& options) {
  std::string out = line("version", "reconcile " + version_of(options),
                         {{"schemaVersion", kPlanSchemaVersion},
                          {"publication", plan.publication},
                          {"made", print_time(plan.made)},
                          {"manifestDigest", "sha256:" + to_hex(plan.manifest_digest)}});
  for (const DomainSummary& domain : plan.domains)
    out += line("observe",
                words(fmt::format("{} {}: {}", domain.domain, domain.location, domain.completeness), ", ",
                      domain.detail),
                json_of(domain));
  for (const Step& step : plan.steps) out += line("planned_action", message_of(step), json_of(step));
  for (const Note& note : plan.notes)
    out += line("note", words(words(note.address, ": ", note.text), "; ", note.cause), json_of(note));
  for (const Refusal& refusal : plan.refusals)
    out +=
        line("refusal", words(refusal.address, ": ", words(refusal.error.cause, "; ", refusal.error.remedy)),
             json_of(refusal));
  Json summary{{"digest", "sha256:" + to_hex(plan.digest)}, {"summary", json_of(plan.counts)}};
  if (options.exit_code) summary["exit"] = *options.exit_code;
  const std::string closing =
      plan.empty() ? closing_empty(plan) : words(closing_counts(plan), " ", closing_cost(plan));
  return out + line("summary", closing, summary);
}

std::string ndjson_apply_event(ApplyEventType type, const std::string& address, const std::string& message,
                               std::uint64_t bytes_done, std::uint64_t bytes_total) {
  Json fields = Json::object();
  if (!address.empty()) fields["address"] = address;
  if (bytes_total > 0) {
    fields["bytesDone"] = bytes_done;
    fields["bytesTotal"] = bytes_total;
  }
  return line(name_of(type), message, fields);
}

}  // namespace reconcile
