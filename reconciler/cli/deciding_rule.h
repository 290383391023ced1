#pragma once
// What decides how long an object stays: the rule that lets it go, and the pattern that keeps it.

#include <optional>
#include <string>

#include "reconciler/model/observed.h"

namespace reconcile::cli {

/// The lifecycle rule that lets an object go first.
struct DecidingRule {
  LifecycleRule rule;
  std::string owner;                 ///< "manifest", "others"
  std::string place;                 ///< "manifest.yaml:16"; empty unless the manifest's
  std::string carried_out_by;        ///< "provider", "reconcile"
  std::optional<Instant> leaves_at;  ///< the index; unset: no age is known
  std::optional<Instant> goes_at;    ///< the object may be deleted from then on
};

/// A pattern of spec.protect.
struct Protection {
  std::string pattern;
  bool in_manifest = true;  ///< false: it left the manifest and protects still
};

/// Of all rules that will be in force once the plan is applied, whoever wrote them, the one that lets `key`
/// go first; nullopt: none does. `time`: since when the object is counted; unset where there is none.
std::optional<DecidingRule> deciding_rule(const Desired& desired, const Observed& observed,
                                          const ObjectKey& key, const std::optional<Instant>& time);

/// The first pattern that covers `key`, of the manifest or of the journal's memory.
std::optional<Protection> protection_of(const Desired& desired, const Observed& observed,
                                        const ObjectKey& key);

/// For people: id, prefix, owner, and the times where there are any.
std::string describe(const DecidingRule& rule);

}  // namespace reconcile::cli
