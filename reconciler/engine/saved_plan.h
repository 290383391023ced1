#pragma once
// Applying exactly what was approved: a saved plan, or the digest that a plan ended with.

#include "reconciler/base/result.h"
#include "reconciler/model/plan.h"

namespace reconcile {

/// The steps of `fresh` that `saved` has too. Each saved step must still stand with its preconditions (the
/// file's identity and hash, the lifecycle document, the commitment that is replaced): otherwise kConflict
/// naming the stale ones. Steps that are only in `fresh` (new files, say) are left for a later plan.
Result<Plan> only_what_was_saved(const Plan& saved, const Plan& fresh);

/// kConflict when `approved` (the digest's hex, or at least its first 8 digits) is not this plan's digest.
Result<void> check_approval(const std::string& approved, const Plan& plan);

}  // namespace reconcile
