#pragma once
// Any plan at all, for properties. Texts hold control characters, quotes and bytes that are not UTF-8 where
// the product must survive them.

#include "reconciler/model/plan.h"

namespace reconcile::testing_plans {

/// A plan whose digest matches its steps. Use inside a rapidcheck property.
Plan any_plan();

}  // namespace reconcile::testing_plans
