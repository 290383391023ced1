#pragma once
// What a pass saw, boiled down for those who watch.

#include "reconciler/model/plan.h"
#include "reconciler/model/status.h"

namespace reconcile {

/// `observed` is the pass's last look, `plan` what follows from it.
Sight sight_of(const Desired& desired, const Observed& observed, const Plan& plan);

}  // namespace reconcile
