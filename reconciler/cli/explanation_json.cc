#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/explanation.h"
#include "reconciler/model/plan_json.h"

namespace reconcile::cli {
namespace {

using Json = nlohmann::ordered_json;

Json time_of(const std::optional<Instant>& time) { return time ? Json(print_time(*time)) : Json(); }

Json rule_of(const Explanation& explanation) {
  if (!explanation.rule) return nullptr;
  const DecidingRule& rule = *explanation.rule;
  return {{"id", rule.rule.id},
          {"owner", rule.owner},
          {"place", rule.place},
          {"prefix", rule.rule.prefix},
          {"expireAfter", print_duration(*rule.rule.expire_after)},
          {"carriedOutBy", rule.carried_out_by},
          {"leavesIndexAt", time_of(rule.leaves_at)},
          {"deletedFrom", time_of(rule.goes_at)}};
}

}  // namespace

std::string json_of(const Explanation& explanation, const Desired& desired, const std::string& address) {
  Json protect;
  if (explanation.protection)
    protect = {{"pattern", explanation.protection->pattern},
               {"inManifest", explanation.protection->in_manifest}};
  const Json out{
      {"schemaVersion", kPlanSchemaVersion},
      {"kind", "Explanation"},
      {"publication", desired.name},
      {"address", address},
      {"verdict", explanation.verdict},
      {"reason", explanation.reason},
      {"owner", explanation.owner.empty() ? Json() : Json(explanation.owner)},
      {"rule", rule_of(explanation)},
      {"protect", protect},
      {"decidedAgain",
       {{"time", print_time(explanation.decided_again)}, {"every", print_duration(desired.upload.cadence)}}},
      {"lines", explanation.lines}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile::cli
