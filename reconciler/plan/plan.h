#pragma once
// The decision: a pure function of what is wanted and what was seen, time included.

#include "reconciler/model/plan.h"
#include "reconciler/plan/allowances.h"

namespace reconcile {

/// Never throws, reads nothing, writes nothing. Steps come out in the order in which they must be applied.
Plan plan(const Desired& desired, const Observed& observed, const Allowances& allowances = {});

}  // namespace reconcile
