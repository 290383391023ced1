#include "reconciler/cli/outcome_code.h"

#include "reconciler/model/fault_policy.h"

namespace reconcile::cli {
namespace {

ExitCode code_of(const std::vector<Refusal>& refusals, ExitCode when_deferred) {
  ExitCode code = kOk;
  for (const Refusal& refusal : refusals) {
    if (!refusal.guard.empty())
      code = worse(code, kBlocked);
    else if (policy_of(refusal.error.fault).exit == ExitShare::kPartial)
      code = worse(code, when_deferred);  // goes on by itself: waits for the next epoch
    else
      code = worse(code, kError);
  }
  return code;
}

}  // namespace

ExitCode code_of(const Plan& plan, bool detailed) {
  const ExitCode refused = code_of(plan.refusals, kOk);
  if (refused != kOk) return refused;
  return detailed && !plan.empty() ? kChanges : kOk;
}

ExitCode code_of(const PassResult& result) {
  ExitCode code = code_of(result.plan.refusals, kPartial);
  if (!result.report) return code;
  if (result.left) code = worse(code, code_of(result.left->refusals, kPartial));
  const std::uint64_t done = count_of(*result.report, ActionOutcome::Kind::kDone);
  const std::uint64_t all = result.report->outcomes.size();
  if (done == all) return result.plan.refusals.empty() ? kOk : worse(code, kPartial);
  return worse(code, done > 0 ? kPartial : kError);
}

}  // namespace reconcile::cli
