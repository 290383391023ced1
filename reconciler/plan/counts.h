#pragma once
// The plan's header and its closing numbers.

#include "reconciler/model/plan.h"

namespace reconcile {

std::vector<DomainSummary> domains_of(const Desired& desired, const Observed& observed);
PlanCounts count(const Observed& observed, const Plan& plan);

}  // namespace reconcile
