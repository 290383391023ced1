#include "reconciler/doctor/lifecycle.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/plan/lifecycle.h"
#include "reconciler/report/rows.h"
#include "reconciler/s3/providers.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kLifecycle = "bucket/lifecycle";
constexpr const char* kRetention = "bucket/retention";

std::string text_of(const SetLifecycle::Change& change) {
  const char* verb = change.kind == SetLifecycle::Change::Kind::kAdd      ? "missing"
                     : change.kind == SetLifecycle::Change::Kind::kChange ? "differs"
                                                                          : "left over";
  return fmt::format("rule {} {} ({})", change.id, verb, change.text);
}

void compare(const Subject& subject, const Bucket& bucket, const LifecycleDocument& live,
             Findings& findings) {
  Observed observed;
  observed.now = subject.clock.now();
  observed.store = bucket.reading->capabilities();
  observed.lifecycle = Complete<LifecycleDocument>{live};
  if (subject.journal)
    if (auto view = (*subject.journal)->view(subject.location, observed.now))
      observed.journal = *std::move(view);
  const LifecyclePlan plan = plan_lifecycle(subject.desired, observed);
  if (!plan.refusals.empty())
    return findings.fail(kLifecycle, plan.refusals.front().error.cause, plan.refusals.front().error.remedy);
  if (!plan.step)
    return findings.ok(kLifecycle,
                       counted(live.rules.size(), "rule") + " in the bucket, as the manifest has them");
  const auto& changes = std::get<SetLifecycle>(plan.step->action).changes;
  const bool never_set = observed.journal.own_rules.empty() &&
                         std::all_of(changes.begin(), changes.end(), [](const auto& change) {
                           return change.kind == SetLifecycle::Change::Kind::kAdd;
                         });
  if (never_set)
    return findings.ok(kLifecycle,
                       "the rules may be read; the next pass sets " + counted(changes.size(), "rule"));
  std::string evidence;
  for (const SetLifecycle::Change& change : changes)
    evidence += (evidence.empty() ? "" : "; ") + text_of(change);
  findings.warn(kLifecycle, evidence, "the next pass sets it right; reconcile --plan shows how");
}

std::optional<Seconds> shortest_expiry(const LifecycleSpec& spec) {
  std::optional<Seconds> out;
  for (const LifecycleRule& rule : spec.rules)
    if (rule.expire_after && (!out || *rule.expire_after < *out)) out = rule.expire_after;
  return out;
}

bool deletes_what_is_hidden(const LifecycleDocument& live) {
  return std::any_of(live.rules.begin(), live.rules.end(), [](const LiveRule& rule) {
    return rule.enabled && rule.raw.find("NoncurrentVersionExpiration") != std::string::npos;
  });
}

}  // namespace

void look_at_lifecycle(const Subject& subject, const Bucket& bucket, Findings& findings) {
  const LifecycleSpec& spec = subject.desired.bucket.lifecycle;
  if (findings.has(kLifecycle) ||
      findings.hidden(kLifecycle, {"bucket/credentials", "bucket/exists", "bucket/access"}))
    return look_at_retention(subject, nullptr, findings);
  const auto live = bucket.reading->lifecycle();
  if (live) {
    compare(subject, bucket, *live, findings);
    return look_at_retention(subject, &*live, findings);
  }
  const Error& error = live.error();
  const bool unmanaged = error.fault == Fault::kDenied || error.fault == Fault::kUnsupported;
  if (unmanaged && spec.rules.empty())
    findings.skip(kLifecycle, "the manifest has no rules, and this key may not look at any");
  else if (unmanaged)
    findings.warn(kLifecycle, error.cause,
                  "this program expires objects itself as long as it runs; to let the provider do it, use a "
                  "token that may set lifecycle rules (R2: Admin Read & Write)");
  else
    findings.fail(kLifecycle, error.cause, error.remedy);
  look_at_retention(subject, nullptr, findings);
}

void look_at_retention(const Subject& subject, const LifecycleDocument* live, Findings& findings) {
  const Provider provider = subject.desired.bucket.provider;
  if (provider == Provider::kDirectory) return findings.skip(kRetention, "nobody bills a folder");
  const s3::Profile& profile = s3::profile_of(provider);
  const std::optional<Seconds> expiry = shortest_expiry(subject.desired.bucket.lifecycle);
  if (!expiry) return findings.skip(kRetention, "the manifest lets nothing expire");
  const Seconds minimum(profile.prices.minimum_days * 86'400);
  if (*expiry < minimum)
    return findings.warn(kRetention,
                         fmt::format("objects expire after {}, and {} bills each for at least {}",
                                     print_duration(*expiry), profile.name, print_duration(minimum)),
                         "expiring earlier saves nothing here: expire later, or choose another provider");
  if (profile.expire_hides && !(live && deletes_what_is_hidden(*live)))
    return findings.warn(
        kRetention,
        fmt::format("{} hides what expires and goes on billing it{}", profile.name,
                    live ? ", and no rule deletes hidden versions" : "; the bucket's rules are not known"),
        "add a rule in the provider's console that deletes hidden versions (NoncurrentVersionExpiration), or "
        "keep only the last version");
  findings.ok(kRetention, fmt::format("what expires after {} is billed no longer", print_duration(*expiry)));
}

}  // namespace reconcile::doctor
