#pragma once
// Why a thing is as it is: the verdict, what it rests on, and when it is decided again.

#include <string>
#include <vector>

#include "reconciler/cli/deciding_rule.h"
#include "reconciler/engine/pass.h"

namespace reconcile::cli {

struct Explanation {
  /// A stable word: schema/explain.schema.json lists them.
  std::string verdict;
  std::string reason;  ///< one sentence, for people
  std::string owner;   ///< of an object: "this", "other", "foreign", "unknown"; empty: no object
  std::optional<DecidingRule> rule;
  std::optional<Protection> protection;
  std::vector<std::string> lines;  ///< "subject: what is known of it"
  Instant decided_again;           ///< at the latest, where a loop runs
};

/// `head`: what the object itself answered where `address` names one that is in the bucket; an error means
/// that nobody knows whose it is.
Explanation explain(const Desired& desired, const PlanResult& seen, const std::string& address,
                    const Result<std::optional<ObjectHead>>& head);

/// The object of that address, if the listing shows it; nullptr otherwise.
const ListedObject* listed_at(const Observed& observed, const std::string& address);

/// schema/explain.schema.json.
std::string json_of(const Explanation& explanation, const Desired& desired, const std::string& address);

}  // namespace reconcile::cli
