#pragma once
// Random worlds for the laws of the planner. Small: few names, few contents, few ages, so that they meet.

#include "tests/plan/model_world.h"

namespace reconcile::laws {

/// Anything goes: foreign objects, rules and commitments, drift, lost and unfinished indexes, guards that
/// bite, an empty budget. Use inside a rapidcheck property.
World any_world();

/// Nothing in the way of convergence: whatever is found there, the operator has allowed it.
World calm_world();

/// A calm world in which there is nothing to do.
World converged_world();

/// How far `world.now` may go on without anything falling due, in seconds.
Seconds quiet_time(const World& world);

/// The same facts in another order, wherever the order means nothing.
Desired shuffled(Desired desired);
Observed shuffled(Observed observed);

/// The observation number `which`, of kObservations, more limited; the errors are passing ones (that a token
/// may not read the rules is no gap in what is known, but how such a bucket is).
inline constexpr int kObservations = 9;
Observed less_known(Observed observed, int which);

}  // namespace reconcile::laws
