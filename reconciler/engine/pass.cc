#include "reconciler/engine/pass.h"

#include <algorithm>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/engine/guarded.h"
#include "reconciler/engine/keepsakes.h"
#include "reconciler/engine/lease.h"
#include "reconciler/engine/observe.h"
#include "reconciler/engine/saved_plan.h"
#include "reconciler/engine/sight.h"
#include "reconciler/engine/verdict.h"
#include "reconciler/plan/plan.h"

namespace reconcile {
namespace {

/// The compressed copies are made before planning, so that the plan knows every digest. They are a cache:
/// they may be deleted at any time and cost only the work of making them again.
/// They take room beside the files while a chain or a bucket fails: above the budget no more are made, and
/// what is published frees it again.
std::map<std::string, Error> compress_all(const BufferSpec& spec, WritePorts& ports) {
  std::map<std::string, Error> errors;
  const Observation<BufferScan> scan = ports.buffer.scan(ports.clock.now());
  const BufferScan* files = if_any(scan);
  if (!files) return errors;  // the observation that follows says why
  Bytes used = staged_bytes_of(*files);
  for (const BufferFile& file : files->files) {
    if (ports.clock.stopping()) break;
    if (file.state != BufferFile::State::kReady || !file.compress || file.staged) continue;
    if (spec.disk_budget && used >= *spec.disk_budget) break;  // the plan says so
    ports.events.emit(
        {Event::Kind::kStarted, "buffer/" + file.name, "compress", 0, file.identity.size.get()});
    const Result<StagedCopy> copy = ports.buffer.compress(file);
    if (copy)
      used = used + copy->size;
    else
      errors.emplace(file.name, copy.error());
    ports.events.emit({copy ? Event::Kind::kDone : Event::Kind::kFailed, "buffer/" + file.name,
                       copy ? "compressed" : copy.error().cause, 0, 0});
  }
  return errors;
}

/// A raw file that was finished after the others were compressed has no copy yet: the next pass takes it up.
void wait_for_copies(const BufferSpec& spec, Observed& observed) {
  const auto wait = [&](BufferScan& scan) {
    const bool full = spec.disk_budget && staged_bytes_of(scan) >= *spec.disk_budget;
    for (BufferFile& file : scan.files)
      if (file.state == BufferFile::State::kReady && file.compress && !file.staged &&
          !observed.compress_errors.contains(file.name)) {
        file.state = BufferFile::State::kWaiting;
        file.reason =
            full ? "the copies that wait fill spec.buffer.diskBudget, " + print_size(*spec.disk_budget)
                 : "finished while others were compressed";
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

/// What is done to files of this machine alone needs no lease; before there is a bucket, there is none to
/// keep it in: the apply takes it once it has made the bucket.
bool needs_lease(const Observed& observed, const Plan& plan) {
  const bool* exists = if_complete(observed.bucket_exists);
  return !(exists && !*exists) && std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return !std::holds_alternative<QuarantineFile>(step.action);
  });
}

void refuse(PassResult& result, PassResult::RefusedBy by, Error error, Events& events) {
  events.emit({Event::Kind::kFailed, kLeaseAddress, error.cause, 0, 0});
  result.refused = std::move(error);
  result.refused_by = by;
}

void give_back(WritePorts& ports) {
  if (!ports.lease) return;
  if (const Result<void> given = ports.lease->give_back(); !given)
    ports.events.emit({Event::Kind::kWarning, kLeaseAddress,
                       "not given back, so other machines wait until it runs out: " + given.error().cause, 0,
                       0});
}

void record(const Desired& desired, const PassResult& result, Instant started, WritePorts& ports) {
  const Verdict verdict = judge(desired, result);
  const PassRecord pass{0,
                        started,
                        ports.clock.now(),
                        to_hex(desired.digest),
                        to_hex(result.plan.digest),
                        verdict.result,
                        describe(verdict, &result)};
  if (const Result<void> written = ports.journal.record_pass(pass); !written)
    ports.events.emit({Event::Kind::kWarning, "journal", written.error().cause, 0, 0});
}

PlanResult seen(const Desired& desired, const Site& site, const ReadPorts& ports,
                const Allowances& allowances) {
  PlanResult out{observe(desired, site, ports, allowances), {}};
  out.plan = plan(desired, out.observed, allowances);
  return out;
}

class Pass {
 public:
  Pass(const Desired& desired, const Site& site, WritePorts& ports, const PassOptions& options)
      : desired_(desired), site_(site), ports_(ports), options_(options), started_(ports.clock.now()) {}

  PassResult run() {
    const bool enforced =
        desired_.mode == Mode::kEnforce && !(desired_.suspend && desired_.suspend->until > started_);
    if (enforced) compress_errors_ = compress_all(desired_.buffer, ports_);
    Observed observed = look(enforced);
    result_.plan = plan(desired_, observed, allowances());
    result_.sight = sight_of(desired_, observed, result_.plan);
    if (!result_.plan.steps.empty() && desired_.mode == Mode::kEnforce) {
      const Result<Approval> answer =
          options_.approve ? options_.approve(result_.plan) : Result<Approval>(Approval::kYes);
      if (!answer)
        result_.refused = answer.error();
      else if (*answer == Approval::kYes)
        carry_out(observed);
    } else if (enforced) {
      tidy(ports_);
      keep_for_later(desired_, observed, ports_);
    }
    record(desired_, result_, started_, ports_);
    return std::move(result_);
  }

 private:
  const Allowances& allowances() const { return options_.apply.allowances; }

  Observed look(bool enforced) {
    Observed observed = observe(desired_, site_, ports_.reading(), allowances());
    observed.compress_errors = compress_errors_;
    if (enforced) wait_for_copies(desired_.buffer, observed);
    return observed;
  }

  void carry_out(Observed& observed) {
    Plan approved = result_.plan;
    if (ports_.lease && needs_lease(observed, approved) && !take_lease(observed, approved))
      return give_back(ports_);
    keep_for_later(desired_, observed, ports_);
    result_.report = apply(desired_, observed, approved, ports_, options_.apply);
    look_at_lease();
    give_back(ports_);
    PlanResult again = seen(desired_, site_, ports_.reading(), allowances());
    result_.left = std::move(again.plan);
    result_.sight = sight_of(desired_, again.observed, *result_.left);
    result_.report->converged = result_.left->empty();
    tidy(ports_);
  }

  /// Before it is given back. Where there was no bucket yet, the apply has asked for it.
  void look_at_lease() {
    if (!ports_.lease) return;
    const bool held = ports_.lease->token().has_value(), lost = ports_.lease->lost();
    if (!held && !lost) return;
    if (!result_.lease) result_.lease.emplace();
    result_.lease->held = held;
    result_.lease->lost = held && lost;
  }

  /// A holder that wrote while we observed may have made the plan wrong. Each step holds its own precondition
  /// against the bucket or the chain all the same; but what is begun should be what was approved.
  /// The pass's own plan stays what was shown, with what was blocked then.
  bool take_lease(Observed& observed, Plan& approved) {
    const Result<Lease::Taken> taken = ports_.lease->take();
    if (!taken || taken->held) result_.lease.emplace();
    if (!taken) {
      refuse(result_, PassResult::RefusedBy::kLease, taken.error(), ports_.events);
      return false;
    }
    if (taken->held)
      result_.lease = {true, false, taken->other_wrote.has_value(), taken->taken_from, taken->store_ahead};
    if (taken->found_out)
      ports_.events.emit(
          {Event::Kind::kWarning, kLeaseAddress,
           "this bucket takes no conditional writes: only this machine's lock keeps a second writer "
           "away",
           0, 0});
    if (!taken->other_wrote || *taken->other_wrote + kLeaseClockSlack < started_) return true;
    observed = look(true);
    Result<Plan> still = only_what_was_saved(approved, plan(desired_, observed, allowances()));
    if (still) {
      approved = *std::move(still);
      return true;
    }
    refuse(result_, PassResult::RefusedBy::kChange,
           within("another writer was at work while this plan was made", still.error()), ports_.events);
    return false;
  }

  const Desired& desired_;
  const Site& site_;
  WritePorts& ports_;
  const PassOptions& options_;
  const Instant started_;
  std::map<std::string, Error> compress_errors_;
  PassResult result_;
};

}  // namespace

PlanResult plan_only(const Desired& desired, const Site& site, const ReadPorts& ports,
                     const Allowances& allowances) {
  const GuardedReadPorts guarded(ports);
  return seen(desired, site, guarded.get(), allowances);
}

PassResult run_pass(const Desired& desired, const Site& site, WritePorts& ports, const PassOptions& options) {
  GuardedWritePorts guarded(ports);
  return Pass(desired, site, guarded.get(), options).run();
}

}  // namespace reconcile
