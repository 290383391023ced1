#include "reconciler/engine/pass.h"

#include <algorithm>

#include "reconciler/base/bytes.h"
#include "reconciler/engine/observe.h"
#include "reconciler/engine/sight.h"
#include "reconciler/plan/plan.h"

namespace reconcile {
namespace {

/// One more than the guard allows is enough to see that it is passed; an allowance asks for more.
std::size_t expired_asked_max(const Desired& desired, const Allowances& allowances) {
  constexpr std::size_t kAskedMax = 100'000;
  for (std::size_t count = kAskedMax; count > desired.guards.max_deletes; count /= 2)
    if (allowances.allows("maxDeletes", count)) return count;
  return std::min<std::size_t>(desired.guards.max_deletes + 1, kAskedMax);
}

/// The compressed copies are made before planning, so that the plan knows every digest. They are a cache:
/// they may be deleted at any time and cost only the work of making them again.
std::map<std::string, Error> compress_all(WritePorts& ports) {
  std::map<std::string, Error> errors;
  const Observation<BufferScan> scan = ports.buffer.scan(ports.clock.now());
  const BufferScan* files = if_any(scan);
  if (!files) return errors;  // the observation that follows says why
  for (const BufferFile& file : files->files) {
    if (ports.clock.stopping()) break;
    if (file.state != BufferFile::State::kReady || !file.compress || file.staged) continue;
    ports.events.emit(
        {Event::Kind::kStarted, "buffer/" + file.name, "compress", 0, file.identity.size.get()});
    const Result<StagedCopy> copy = ports.buffer.compress(file);
    if (!copy) errors.emplace(file.name, copy.error());
    ports.events.emit({copy ? Event::Kind::kDone : Event::Kind::kFailed, "buffer/" + file.name,
                       copy ? "compressed" : copy.error().cause, 0, 0});
  }
  return errors;
}

/// A raw file that was finished after the others were compressed has no copy yet: the next pass takes it up.
void wait_for_copies(Observed& observed) {
  const auto wait = [&](BufferScan& scan) {
    for (BufferFile& file : scan.files)
      if (file.state == BufferFile::State::kReady && file.compress && !file.staged &&
          !observed.compress_errors.contains(file.name)) {
        file.state = BufferFile::State::kWaiting;
        file.reason = "finished while others were compressed";
      }
  };
  if (auto* whole = std::get_if<Complete<BufferScan>>(&observed.buffer)) wait(whole->value);
  if (auto* part = std::get_if<Partial<BufferScan>>(&observed.buffer)) wait(part->value);
}

/// The trash is emptied of what lies there too long, as part of an approved pass or of one with nothing to
/// approve.
void tidy(WritePorts& ports) {
  if (const Result<void> tidied = ports.buffer.tidy(ports.clock.now()); !tidied)
    ports.events.emit({Event::Kind::kWarning, "buffer", tidied.error().cause, 0, 0});
}

std::string outcome_of(const PassResult& result) {
  if (!result.report)
    return result.plan.empty() ? "converged" : result.plan.refusals.empty() ? "planned" : "blocked";
  if (result.report->converged) return "converged";
  if (count_of(*result.report, ActionOutcome::Kind::kFailed) > 0) return "partial";
  return result.left && !result.left->refusals.empty() ? "blocked" : "applied";
}

void record(const Desired& desired, const PassResult& result, Instant started, WritePorts& ports) {
  const PassRecord pass{
      0, started, ports.clock.now(), to_hex(desired.digest), to_hex(result.plan.digest), outcome_of(result),
      ""};
  if (const Result<void> written = ports.journal.record_pass(pass); !written)
    ports.events.emit({Event::Kind::kWarning, "journal", written.error().cause, 0, 0});
}

}  // namespace

PlanResult plan_only(const Desired& desired, const Site& site, const ReadPorts& ports,
                     const Allowances& allowances) {
  PlanResult out{observe(desired, site, ports, expired_asked_max(desired, allowances)), {}};
  out.plan = plan(desired, out.observed, allowances);
  return out;
}

PassResult run_pass(const Desired& desired, const Site& site, WritePorts& ports, const PassOptions& options) {
  const Instant started = ports.clock.now();
  const Allowances& allowances = options.apply.allowances;
  std::map<std::string, Error> compress_errors;
  const bool enforced =
      desired.mode == Mode::kEnforce && !(desired.suspend && desired.suspend->until > started);
  if (enforced) compress_errors = compress_all(ports);
  Observed observed = observe(desired, site, ports.reading(), expired_asked_max(desired, allowances));
  observed.compress_errors = std::move(compress_errors);
  if (enforced) wait_for_copies(observed);

  PassResult result;
  result.plan = plan(desired, observed, allowances);
  result.sight = sight_of(desired, observed, result.plan);
  if (!result.plan.steps.empty() && desired.mode == Mode::kEnforce) {
    const Result<Approval> answer =
        options.approve ? options.approve(result.plan) : Result<Approval>(Approval::kYes);
    if (!answer) {
      result.refused = answer.error();
    } else if (*answer == Approval::kYes) {
      result.report = apply(desired, observed, result.plan, ports, options.apply);
      PlanResult again = plan_only(desired, site, ports.reading(), allowances);
      result.left = std::move(again.plan);
      result.sight = sight_of(desired, again.observed, *result.left);
      result.report->converged = result.left->empty();
      tidy(ports);
    }
  } else if (enforced) {
    tidy(ports);
  }
  record(desired, result, started, ports);
  return result;
}

}  // namespace reconcile
