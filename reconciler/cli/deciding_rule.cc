#include "reconciler/cli/deciding_rule.h"

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/model/glob.h"
#include "reconciler/plan/lifecycle.h"

namespace reconcile::cli {

std::optional<Protection> protection_of(const Desired& desired, const Observed& observed,
                                        const ObjectKey& key) {
  for (const std::string& pattern : desired.protect)
    if (glob_match(pattern, key.get())) return Protection{pattern, true};
  for (const std::string& pattern : observed.journal.protect)
    if (glob_match(pattern, key.get())) return Protection{pattern, false};
  return std::nullopt;
}

std::optional<DecidingRule> deciding_rule(const Desired& desired, const Observed& observed,
                                          const ObjectKey& key, const std::optional<Instant>& time) {
  const LifecyclePlan lifecycle = plan_lifecycle(desired, observed);
  std::optional<DecidingRule> out;
  for (const LifecycleRule& rule : lifecycle.in_force) {
    if (!rule.expire_after || !key.get().starts_with(rule.prefix)) continue;
    if (out && *out->rule.expire_after <= *rule.expire_after) continue;
    out = DecidingRule{rule, "others", "", lifecycle.expire_ourselves ? "reconcile" : "provider", {}, {}};
    const auto& declared = desired.bucket.lifecycle.rules;
    for (std::size_t at = 0; at < declared.size(); ++at)
      if (declared[at].id == rule.id) {
        out->owner = "manifest";
        out->place = place_of(desired, fmt::format("spec.bucket.lifecycle.rules[{}]", at));
      }
  }
  if (out && time) {
    out->goes_at = *time + *out->rule.expire_after;
    out->leaves_at = *out->goes_at - expiry_margin_of(desired);
  }
  return out;
}

std::string describe(const DecidingRule& rule) {
  std::string out = fmt::format("{} (prefix `{}`, expireAfter {}), {}", rule.rule.id, rule.rule.prefix,
                                print_duration(*rule.rule.expire_after),
                                rule.owner == "manifest" ? "manifest " + rule.place : "set by others");
  if (rule.goes_at)
    out += fmt::format("; leaves the index at {}, may be deleted by {} from {}", print_time(*rule.leaves_at),
                       rule.carried_out_by == "provider" ? "the provider" : "this program",
                       print_time(*rule.goes_at));
  return out;
}

}  // namespace reconcile::cli
