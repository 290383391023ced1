#include "reconciler/engine/apply_bucket.h"

#include <algorithm>

#include "reconciler/engine/lease.h"
#include "reconciler/engine/proof.h"

namespace reconcile {
namespace {

/// Same rules in meaning; foreign ones to the letter.
bool same_rules(const LifecycleDocument& wanted, const LifecycleDocument& live) {
  return std::equal(wanted.rules.begin(), wanted.rules.end(), live.rules.begin(), live.rules.end(),
                    [](const LiveRule& a, const LiveRule& b) {
                      return a.rule == b.rule && a.enabled == b.enabled && a.understood == b.understood;
                    });
}

}  // namespace

Result<std::string> create_bucket(WritePorts& ports) {
  TRY(ports.store.create_bucket());
  TRY_ASSIGN(const bool exists, ports.store.bucket_exists());
  if (!exists)
    return fail(Fault::kTransient, "the bucket is not there after it was created",
                "the next pass looks again");
  // Only now is there a place for the lease; while it is not ours, no further step is begun.
  if (ports.lease && !ports.lease->taken()) TRY(ports.lease->take());
  return std::string();
}

Result<std::string> set_lifecycle(const Desired& desired, const Observed& observed,
                                  const SetLifecycle& action, WritePorts& ports) {
  TRY_ASSIGN(const LifecycleDocument now, ports.store.lifecycle());
  if (now != action.before)
    return fail(Fault::kConflict, "the lifecycle document changed since the plan",
                "the next pass plans anew");
  std::set<std::string> own = observed.journal.own_rules;
  for (const LifecycleRule& rule : desired.bucket.lifecycle.rules) own.insert(rule.id);
  // Remembered first: a rule that was written and forgotten would be taken for somebody else's for ever.
  TRY(ports.journal.own_rules(observed.bucket_location, own));
  TRY(ports.store.set_lifecycle(action.after));
  TRY_ASSIGN(const LifecycleDocument after, ports.store.lifecycle());
  if (!same_rules(action.after, after))
    return fail(Fault::kConflict, "the lifecycle document reads back differently from what was written",
                "somebody changed it at the same moment, or the provider does not keep an element; the next "
                "pass compares again");
  return std::string("read back");
}

Result<std::string> renew_object(const RenewObject& action, WritePorts& ports) {
  TRY(VerifiedObject::check(ports.store, action.key, action.size, action.sha256));
  TRY(ports.store.renew(action.key));
  TRY(VerifiedObject::check(ports.store, action.key, action.size, action.sha256));
  return std::string("verified");
}

Result<std::string> expire_object(const ExpireObject& action, WritePorts& ports) {
  TRY_ASSIGN(const std::optional<ObjectHead> head, ports.store.head(action.key));
  if (!head) return std::string("was gone already");
  if (head->etag != action.etag || reconcile::sha256_of(*head) != action.sha256)
    return fail(Fault::kConflict, action.key.get() + " is not the object that was planned any more",
                "it stays");
  TRY(ports.journal.count_deletion(action.key, action.size, ports.clock.now()));
  TRY(ports.store.remove(action.key));
  return std::string();
}

}  // namespace reconcile
