#include "reconciler/engine/verdict.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"

namespace reconcile {
namespace {

bool publishes_a_file(const Step& step) {
  return std::holds_alternative<UploadFile>(step.action) ||
         std::holds_alternative<QuarantineFile>(step.action) ||
         std::holds_alternative<WriteIndex>(step.action) ||
         std::holds_alternative<CommitAction>(step.action) ||
         std::holds_alternative<ReleaseFile>(step.action);
}

/// What came into the buffer while the pass was at work: the next regular one takes it up.
bool only_new_files(const Plan& left) {
  const bool any_file = std::any_of(left.steps.begin(), left.steps.end(), [](const Step& step) {
    return std::holds_alternative<UploadFile>(step.action) ||
           std::holds_alternative<QuarantineFile>(step.action);
  });
  return left.refusals.empty() && any_file &&
         std::all_of(left.steps.begin(), left.steps.end(), publishes_a_file);
}

void add(Verdict& verdict, Problem problem) {
  const FaultPolicy& policy = policy_of(problem.error.fault);
  if (policy.retry_intervals > 0 && problem.reason != "GuardBlocked" &&
      (!verdict.retry || policy.retry_intervals < policy_of(*verdict.retry).retry_intervals))
    verdict.retry = problem.error.fault;
  // A node that asks for a pause is left alone by the client of its own, and must not hold up uploads.
  if (domain_name_of(problem.address) == "Bucket")
    verdict.not_before = std::max(verdict.not_before, std::min(problem.error.retry_after, kRetryAfterMax));
  if (!verdict.problem || (problem.needs_human && !verdict.problem->needs_human))
    verdict.problem = std::move(problem);
}

Problem problem_of(const std::string& address, const Error& error) {
  return {address, reason_of(error.fault, address), policy_of(error.fault).needs_human, error};
}

void add_refusals(Verdict& verdict, const Plan& plan) {
  for (const Refusal& refusal : plan.refusals) {
    if (refusal.guard.empty())
      add(verdict, problem_of(refusal.address, refusal.error));
    else
      add(verdict, {refusal.address, "GuardBlocked", true, refusal.error});
  }
}

bool refused_for(const Plan& plan, const std::string& domain) {
  return std::any_of(plan.refusals.begin(), plan.refusals.end(), [&](const Refusal& refusal) {
    return domain_name_of(refusal.address) == domain_name_of(domain);
  });
}

std::string what_was_done(const PassResult& result) {
  if (!result.report) return "";
  const ApplyReport& report = *result.report;
  return fmt::format("{} done, {} failed, {} up, {} released", count_of(report, ActionOutcome::Kind::kDone),
                     count_of(report, ActionOutcome::Kind::kFailed), print_size(Bytes(report.uploaded_bytes)),
                     report.released_files);
}

std::string result_of(const Verdict& verdict, const PassResult& result) {
  const std::uint64_t done = result.report ? count_of(*result.report, ActionOutcome::Kind::kDone) : 0;
  if (!verdict.problem) {
    if (result.report && done < result.report->outcomes.size()) return "partial";
    return result.plan.steps.empty() ? "ok" : "changes";
  }
  if (done > 0) return "partial";
  return verdict.problem->reason == "GuardBlocked" ? "blocked" : "error";
}

}  // namespace

Verdict judge(const Desired& desired, const PassResult& result) {
  Verdict out;
  // What the apply met comes first: what is refused afterwards often only follows from it.
  if (result.report)
    for (const ActionOutcome& outcome : result.report->outcomes)
      if (outcome.error) add(out, problem_of(outcome.address, *outcome.error));
  const Plan& last = result.left ? *result.left : result.plan;
  add_refusals(out, last);
  const bool by_lease = result.refused_by == PassResult::RefusedBy::kLease;
  if (result.refused) add(out, problem_of(by_lease ? kLeaseAddress : "publication", *result.refused));
  out.drift = !result.report && desired.mode != Mode::kEnforce && !last.steps.empty();
  for (const DomainSummary& domain : last.domains)
    if (domain.completeness != "complete" && !refused_for(last, domain.domain))
      add(out, problem_of(domain.domain,
                          {Fault::kTransient, domain.domain + " was not read whole: " + domain.detail,
                           "it is looked at again soon; nothing is deleted meanwhile"}));
  out.converged = !out.problem && last.empty();
  out.caught_up = out.converged || (!out.problem && result.left && only_new_files(*result.left));
  // Something is left that nobody complained about: look again soon.
  if (!out.problem && !out.caught_up && !out.drift) out.retry = Fault::kConflict;
  out.result = result_of(out, result);
  return out;
}

std::string describe(const Verdict& verdict, const PassResult* result) {
  std::string out = result ? what_was_done(*result) : "";
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  if (verdict.problem)
    add(verdict.problem->reason + ": " + verdict.problem->error.cause);
  else if (verdict.converged)
    add("nothing is left to do");
  else if (verdict.caught_up)
    add("files that came meanwhile wait for the next pass");
  else if (verdict.drift)
    add("drift is shown and left alone, as the mode asks");
  else if (result && !result->report)
    add("what is left was not approved, and nothing was written");
  else
    add("something is left to do");
  return out;
}

Verdict judge(const std::string& address, const Error& error) {
  Verdict out;
  add(out, problem_of(address, error));
  out.result = "error";
  return out;
}

}  // namespace reconcile
