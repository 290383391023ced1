#pragma once
// How a call on the simulated world ends: decided at its beginning, recorded at its end.

#include <functional>
#include <string>
#include <utility>

#include "reconciler/sim/world.h"

namespace reconcile::sim {

/// The process dies here: thrown through the engine, caught by whoever simulates the machine.
struct Killed {};

/// Runs one call under the world's lock, with the faults that can befall it.
template <class T>
Result<T> run_call(World& world, const char* method, const std::string& subject, bool write,
                   const std::function<Result<T>()>& act) {
  const std::lock_guard lock(world.mutex);
  const Faults& faults = world.options.faults;
  const auto record = [&](std::optional<Fault> fault) { world.record({method, subject, write, fault}); };
  world.begin_call(method, subject);
  const bool before = world.befalls(FaultKind::kFailBefore, faults.fail_before);
  const bool throttled = world.befalls(FaultKind::kThrottle, faults.throttle);
  const bool after = world.befalls(FaultKind::kFailAfter, faults.fail_after);
  const auto what = [&] { return std::string(method) + " " + subject; };
  if (world.befalls(FaultKind::kKillBefore)) {
    record(Fault::kCancelled);
    throw Killed{};
  }
  Result<T> result = [&]() -> Result<T> {
    if (before && world.befallen && world.befallen->value % 8 == 0)
      return fail(Fault::kDenied, what() + ": simulated refusal", "check the credentials");
    if (before) return fail(Fault::kTransient, what() + ": simulated failure", "try again");
    if (throttled) return fail(Fault::kQuota, what() + ": simulated throttling", "slow down");
    if (world.befalls(FaultKind::kDiskFull))
      return fail(Fault::kDiskFull, what() + ": disk full", "make room");
    if (world.befalls(FaultKind::kDiskError))
      return fail(Fault::kTransient, what() + ": I/O error", "look at the disk");
    Result<T> done = act();
    if (done && after && write)
      return fail(Fault::kUnknownOutcome, what() + ": simulated loss of the answer", "read back first");
    if (done && after) return fail(Fault::kTransient, what() + ": simulated loss of the answer", "try again");
    return done;
  }();
  record(result ? std::nullopt : std::optional<Fault>(result.error().fault));
  if (world.befalls(FaultKind::kKillAfter) || world.befalls(FaultKind::kJournalLost)) throw Killed{};
  return result;
}

}  // namespace reconcile::sim
