#pragma once
// The lifecycle document: what it should be, what changes, and which rules will really expire objects.

#include <optional>
#include <vector>

#include "reconciler/model/plan.h"

namespace reconcile {

struct LifecyclePlan {
  std::optional<Step> step;
  std::vector<Note> notes;
  std::vector<Refusal> refusals;
  /// The enabled rules with an expiry that will be in force once the step is done, foreign ones included, and
  /// the declared ones where we carry them out.
  std::vector<LifecycleRule> in_force;
  /// The provider does not carry the declared rules out (or does not let us declare them): we expire objects
  /// ourselves.
  bool expire_ourselves = false;
};

LifecyclePlan plan_lifecycle(const Desired& desired, const Observed& observed);

/// The earliest moment at which one of `rules` lets an object of that age go; nothing when none covers the
/// key.
std::optional<Instant> expires_at(const std::vector<LifecycleRule>& rules, const ObjectKey& key,
                                  Instant time);

}  // namespace reconcile
