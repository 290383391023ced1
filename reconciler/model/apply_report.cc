#include "reconciler/model/apply_report.h"

#include <algorithm>

namespace reconcile {

const char* name_of(ActionOutcome::Kind kind) {
  switch (kind) {
    case ActionOutcome::Kind::kDone:
      return "done";
    case ActionOutcome::Kind::kFailed:
      return "failed";
    case ActionOutcome::Kind::kSkipped:
      return "skipped";
    case ActionOutcome::Kind::kNotReached:
      return "not-reached";
  }
  return "not-reached";
}

std::uint64_t count_of(const ApplyReport& report, ActionOutcome::Kind kind) {
  return static_cast<std::uint64_t>(
      std::count_if(report.outcomes.begin(), report.outcomes.end(),
                    [kind](const ActionOutcome& outcome) { return outcome.kind == kind; }));
}

}  // namespace reconcile
