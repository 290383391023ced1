#pragma once
// What stands on chain for the account, and what may. Private to doctor/.

#include "reconciler/doctor/findings.h"
#include "reconciler/doctor/subject.h"

namespace reconcile::doctor {

/// chain/commitment: nothing, ours, ours and leading nowhere, or somebody else's.
void judge_commitment(const Subject& subject, const ChainView& view, Findings& findings);

}  // namespace reconcile::doctor
