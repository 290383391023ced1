#pragma once
// Plans and outcomes as they come, for golden files: each a situation that an operator meets.

#include <ostream>
#include <string>
#include <vector>

#include "reconciler/model/apply_report.h"
#include "reconciler/model/plan.h"

namespace reconcile::testing_plans {

struct Sample {
  std::string name;  ///< of the golden files
  Plan plan;
  friend std::ostream& operator<<(std::ostream& out, const Sample& sample) { return out << sample.name; }
};

Plan daily_plan();       ///< design section 5: lifecycle change, foreign rule, 26 uploads, quarantine, commit
Plan empty_plan();       ///< nothing to do, with a note
Plan unreadable_plan();  ///< the bucket was not listed; nothing is concluded from that
Plan blocked_plan();     ///< guards and a foreign commitment
Plan first_run_plan();   ///< bucket created, first index, nothing on chain
Plan expiry_plan();      ///< more deletions than fit a fold
Plan hostile_plan();     ///< names that try to forge lines, columns, colours and markup

std::vector<Sample> all_samples();

ApplyReport partial_report();
ApplyReport converged_report();

}  // namespace reconcile::testing_plans
