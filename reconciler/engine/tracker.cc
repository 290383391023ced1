#include "reconciler/engine/tracker.h"

#include <algorithm>
#include <exception>

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/engine/happenings.h"
#include "reconciler/model/plan_json.h"

namespace reconcile {
namespace {

/// Long enough to see three passes of any cadence.
Seconds fight_window(const Desired& desired) {
  return std::max<Seconds>(std::chrono::hours(24), 8 * desired.upload.cadence);
}

void remember_commitment(PublicationStatus& status, Instant now) {
  const std::optional<ChainSight>& chain = status.sight.chain;
  if (!chain || chain->commitment.empty()) return;
  std::deque<SeenCommitment>& seen = status.commitments;
  if (!seen.empty() && seen.front().block == chain->commitment_block &&
      seen.front().commitment == chain->commitment)
    return;
  seen.push_front({chain->commitment, chain->commitment_block, now});
  if (seen.size() > kSeenCommitmentsMax) seen.pop_back();
}

std::size_t bucket_of(Seconds took) {
  const auto& bounds = Counters::kDurationBounds;
  return static_cast<std::size_t>(
      std::find_if(bounds.begin(), bounds.end(), [&](int most) { return took <= Seconds(most); }) -
      bounds.begin());
}

/// Why the manifests that are in force are not the newest.
const char* reason_of(const Error& error) {
  switch (error.fault) {
    case Fault::kInvalidInput:
      return "ManifestInvalid";
    case Fault::kConflict:
      return "RollbackRefused";
    case Fault::kDenied:
      return "SignatureRefused";
    default:
      return "SourceUnavailable";
  }
}

std::string with_remedy(const Error& error) {
  return error.cause + (error.remedy.empty() ? "" : "; what to do: ") + error.remedy;
}

}  // namespace

Rhythm rhythm_of(const Desired& desired) {
  return {desired.upload.cadence, desired.upload.jitter_percent, desired.upload.retry_interval};
}

Tracker::Tracker(LoopedPublication publication, Instant now)
    : publication_(std::move(publication)), fights_(fight_window(publication_.desired)) {
  status_.taken_up = now;
  status_.name = desired().name;
  status_.generation = 0;
  if (publication_.past)
    for (PassSummary& pass : publication_.past())
      if (status_.history.size() < kHistoryMax) status_.history.push_back(std::move(pass));
  static_cast<void>(replace(std::move(publication_), now));
}

bool Tracker::replace(LoopedPublication publication, Instant now) {
  const bool other = status_.generation == 0 || publication.desired.digest != status_.manifest_digest;
  publication_ = std::move(publication);
  status_.manifest = desired().source;
  status_.manifest_digest = desired().digest;
  status_.revision = desired().revision;
  status_.mode = desired().mode;
  status_.suspend = desired().suspend;
  status_.cadence = desired().upload.cadence;
  status_.budget_monthly_usd = desired().budget_monthly_usd;
  const bool mended = manifest_error_.has_value();
  manifest_error_.reset();
  if (other) {
    ++status_.generation;
    sweep_ = true;
    settled_ = false;
    fights_ = FightDetector(fight_window(desired()));
  }
  if (status_.generation > 1 && (other || mended))
    tell("ManifestReloaded", "manifest",
         fmt::format("manifest {} is in force", to_hex(status_.manifest_digest).substr(0, 7)), false, now);
  derive(now);
  return other;
}

void Tracker::manifest_invalid(const std::optional<Error>& error, Instant now) {
  manifest_error_ = error;
  if (error) {
    StatusEvent event{reason_of(*error), "manifest", error->cause, pattern_of(error->cause), true};
    remember(status_.events, std::move(event), now);
  }
  derive(now);
}

void Tracker::started(Instant now) {
  running_ = true;
  status_.next_pass.reset();
  derive(now);
}

Result<Approval> Tracker::approve(const Plan& plan, Instant now) {
  fight_ = fights_.fought(plan, now);
  return fight_ ? Approval::kNo : Approval::kYes;
}

Verdict Tracker::run(const std::string& id, Clock& clock) {
  const Instant began = clock.now();
  fight_.reset();
  last_.reset();
  Verdict verdict;
  try {
    Result<PassResult> result = publication_.pass(
        {id, [&](Plan& plan) { return approve(plan, clock.now()); }, std::exchange(by_hand_, false), sweep_});
    if (result) {
      last_ = *std::move(result);
      if (last_->report) fights_.applied(last_->plan, *last_->report, clock.now());
      verdict = judge(desired(), *last_);
      if (fight_) {
        verdict.problem = Problem{"publication", "NotConverging", true, *fight_};
        verdict.retry.reset();
        verdict.result = "blocked";
      }
    } else {
      verdict = judge("local", result.error());
    }
  } catch (const std::exception& thrown) {
    verdict = judge("local", Error{Fault::kInternal, std::string("unexpected: ") + thrown.what(),
                                   "nothing that was verified is undone; report this"});
  }
  sweep_ = verdict.problem.has_value();
  const Instant now = clock.now();
  tell(verdict, now);
  if (last_) {
    count(*last_);
    status_.sight = last_->sight;
    remember_commitment(status_, now);
    const Plan& left = last_->left ? *last_->left : last_->plan;
    if (publication_.show) status_.plan = publication_.show(left);
    status_.pending.clear();
    for (const Step& step : left.steps) ++status_.pending[{domain_of(step.action), verb_of(step.action)}];
  }
  if (verdict.caught_up) status_.caught_up = verdict.converged ? now : began;
  settled_ = settled_ || verdict.converged;
  status_.last_error.reset();
  if (verdict.problem) {
    status_.last_error = LastError{verdict.problem->address, verdict.problem->error, now};
    ++status_.counters.faults[name_of(verdict.problem->error.fault)];
  }
  const Seconds took = std::max(Seconds(0), now - began);
  ++status_.counters.passes[verdict.result];
  ++status_.counters.durations[bucket_of(took)];
  status_.counters.duration_seconds += static_cast<std::uint64_t>(took.count());
  status_.history.push_front({id, began, now, verdict.result, describe(verdict, last_ ? &*last_ : nullptr)});
  if (status_.history.size() > kHistoryMax) status_.history.pop_back();
  status_.observed_generation = status_.generation;
  running_ = false;
  verdict_ = verdict;
  derive(now);
  return verdict;
}

/// What the pass did and saw; what the conditions make of it comes behind.
void Tracker::tell(const Verdict& verdict, Instant now) {
  const PassResult* const result = last_ ? &*last_ : nullptr;
  for (StatusEvent& event : happenings(result, verdict, settled_))
    remember(status_.events, std::move(event), now);
  if (!result) return;
  for (const std::string& address : drift_in(*result, settled_))
    ++status_.counters.drift[address.substr(0, address.find('/'))];
  if (!result->lease) return;
  status_.leader = result->lease->held && !result->lease->lost;
  status_.bucket_ahead = result->lease->ahead ? result->lease->ahead : status_.bucket_ahead;
  status_.counters.lease_transitions +=
      (result->lease->other_holder ? 1u : 0u) + (result->lease->lost ? 1u : 0u);
}

void Tracker::tell(std::string reason, std::string address, std::string message, bool warning, Instant now) {
  remember(status_.events, {std::move(reason), std::move(address), std::move(message), "", warning}, now);
}

void Tracker::count(const PassResult& result) {
  Counters& counters = status_.counters;
  for (const Refusal& refusal : (result.left ? *result.left : result.plan).refusals)
    if (!refusal.guard.empty()) ++counters.guard_blocks[refusal.guard];
  if (!result.report) return;
  for (const ActionOutcome& outcome : result.report->outcomes)
    ++counters.actions[{outcome.address.substr(0, outcome.address.find('/')), outcome.verb,
                        name_of(outcome.kind)}];
  counters.uploaded_bytes += result.report->uploaded_bytes;
  counters.deleted_bytes += result.report->deleted_bytes;
  counters.released_files += result.report->released_files;
}

/// The conditions follow from the facts alone, so that no order of events leaves a stale one behind.
void Tracker::derive(Instant now) {
  using enum Truth;
  const bool suspended = status_.suspend && status_.suspend->until > now;
  const Problem* problem = verdict_ && verdict_->problem ? &*verdict_->problem : nullptr;
  const std::string why = problem ? problem->error.cause : "";
  if (!verdict_)
    set("Ready", kUnknown, "FirstPassDue", "no pass has ended yet", now);
  else if (suspended)
    set("Ready", kFalse, "Suspended",
        fmt::format("until {}: {}", print_time(status_.suspend->until), status_.suspend->reason), now);
  else if (problem)
    set("Ready", kFalse, problem->reason, why, now);
  else if (verdict_->drift)
    set("Ready", kFalse, "Drift", "the world differs from the manifest; the mode writes nothing", now);
  else if (verdict_->converged)
    set("Ready", kTrue, "Converged", "bucket, buffer and chain match the manifest", now);
  else if (verdict_->caught_up)
    set("Ready", kTrue, "Publishing", "new files wait for the next pass", now);
  else
    set("Ready", kFalse, "Progressing", "something is left for the next pass", now);

  // A source that is away may come back by itself.
  const bool refused = manifest_error_ && manifest_error_->fault != Fault::kTransient;
  const bool stalled = (problem && problem->needs_human && !suspended) || refused;
  if (running_)
    set("Reconciling", kTrue, "PassRunning", "a pass is at work", now);
  else if (!verdict_)
    set("Reconciling", kTrue, "FirstPassDue", "the first pass is due", now);
  else if (verdict_->retry && !suspended)
    set("Reconciling", kTrue, "Retrying", why, now);
  else
    set("Reconciling", kFalse, "Idle", "the next pass comes with the cadence", now);

  const std::string kept =
      manifest_error_ ? "the last good manifest is in force: " + with_remedy(*manifest_error_) : "";
  if (refused)
    set("Stalled", kTrue, reason_of(*manifest_error_), kept, now);
  else if (stalled)
    set("Stalled", kTrue, problem->reason, with_remedy(problem->error), now);
  else
    set("Stalled", kFalse, "NotStalled", "nothing waits for a person", now);

  if (!status_.revision) return;
  if (manifest_error_)
    set("SourceReady", kFalse, reason_of(*manifest_error_), kept, now);
  else
    set("SourceReady", kTrue, "InForce", "commit " + status_.revision->commit + " is in force", now);
}

void Tracker::set(const char* type, Truth status, std::string reason, std::string message, Instant now) {
  auto found = std::find_if(status_.conditions.begin(), status_.conditions.end(),
                            [&](const Condition& c) { return c.type == type; });
  if (found == status_.conditions.end())
    found = status_.conditions.insert(status_.conditions.end(), Condition{type, status, "", "", 0, now});
  const bool first = found->reason.empty();
  const bool other = found->status != status || found->reason != reason;
  // Each pass begins and ends: that is no news.
  if (other && !first && found->type != "Reconciling") {
    const bool bad = status == (found->type == "Stalled" ? Truth::kTrue : Truth::kFalse);
    tell(reason, "condition/" + found->type, fmt::format("{}: {}", name_of(status), message), bad, now);
  }
  if (found->status != status) found->last_transition = now;
  found->status = status;
  found->reason = std::move(reason);
  found->message = std::move(message);
  found->observed_generation = status_.observed_generation;
}

}  // namespace reconcile
