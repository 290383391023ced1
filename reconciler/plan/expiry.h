#pragma once
// What leaves the index, and which of our own objects we delete where the provider does not.

#include <optional>
#include <set>

#include "reconciler/model/plan.h"
#include "reconciler/plan/allowances.h"
#include "reconciler/plan/named.h"

namespace reconcile {

struct Departures {
  std::set<ObjectKey> leaving;   ///< the provider (or we) may delete them within the margin
  std::set<ObjectKey> vanished;  ///< certainly not in the bucket any more
  std::set<ObjectKey> changed;   ///< in the bucket with another size
  /// Whether an entry must leave already could not be learned: it stays, and nothing is settled.
  std::optional<Error> unsettled;
  std::vector<Note> notes;
};

/// Put by this very publication: two of them may share a bucket, and neither expires the other's objects.
bool belongs_to(const Desired& desired, const ObjectHead& head);

/// By the manifest's `protect` patterns, or by the journal's memory of them.
bool is_protected(const Desired& desired, const Observed& observed, const ObjectKey& key);

/// Which entries of `entries`, sorted by key, must not be named by the next index.
Departures plan_departures(const Desired& desired, const Observed& observed,
                           const std::vector<IndexEntry>& entries,
                           const std::vector<LifecycleRule>& in_force);

/// Its time has come by what the listing says of its object, and not by what we noted: observe must ask HEAD.
bool leaves_by_listing_alone(const Desired& desired, const std::vector<LifecycleRule>& in_force,
                             const IndexEntry& entry, const ListedObject& object, Instant now);

/// Keys under the template's prefix that are past their rule and that nothing names: what observe must ask
/// HEAD for. At most `count_max` of them, oldest first.
std::vector<ObjectKey> expired_candidates(const Desired& desired, const Observed& observed,
                                          const Named& named, std::size_t count_max);

struct ExpiryPlan {
  std::vector<Step> steps;
  std::vector<Refusal> refusals;
};

/// Deletes of expired objects of ours. `named`: keys that the finalized commitment or the next index names,
/// and keys that this plan uploads; they are never deleted. Guards are applied to the whole.
ExpiryPlan plan_expiry(const Desired& desired, const Observed& observed, const Named& named,
                       const std::vector<LifecycleRule>& in_force, const Allowances& allowances);

/// Count, share and bytes of deletions against the limits, with what the rolling window has seen already.
/// Empty: within the limits, or allowed by name.
std::vector<Refusal> check_guards(const Desired& desired, const Observed& observed, std::uint64_t objects,
                                  Bytes bytes, const Allowances& allowances);

/// Below so many objects a share says nothing (2 of 3 is 67 %), as octoDNS has it.
inline constexpr std::uint64_t kObjectsMinForPercent = 10;

}  // namespace reconcile
