#pragma once
// The lines that close a plan, the same in text and markdown. Stable, so that scripts may grep for them.

#include <string>

#include "reconciler/model/plan.h"

namespace reconcile {

inline constexpr const char* kNoChanges = "No changes. Bucket, buffer and chain match the manifest.";

/// "Plan: 26 to upload, 1 to change, 1 to commit." Parts that are 0 are left out.
std::string closing_counts(const Plan& plan);

/// "1.9 GiB up, 31 requests, +$0.03/month." Empty when there is nothing of it.
std::string closing_cost(const Plan& plan);

/// What stands in place of the counts when there is no step and no refusal: kNoChanges, or, where something
/// could not be read whole, that this is not known.
std::string closing_empty(const Plan& plan);

/// First digits of the plan's digest: enough for --approve.
std::string short_digest(const Sha256& digest, std::size_t digits = 8);

/// "commit 4c1e9d2ab01f (signed: ops)".
std::string revision_words(const Revision& revision);

}  // namespace reconcile
