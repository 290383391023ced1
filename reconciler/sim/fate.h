#pragma once
// How a call on the simulated world ends: rolled once at its beginning, recorded at its end.

#include <functional>
#include <string>
#include <utility>

#include "reconciler/sim/world.h"

namespace reconcile::sim {

/// Runs one call under the world's lock, with the faults that can befall it.
template <class T>
Result<T> run_call(World& world, const char* method, const std::string& subject, bool write,
                   const std::function<Result<T>()>& act) {
  const std::lock_guard lock(world.mutex);
  const Faults& faults = world.options.faults;
  const std::string what = std::string(method) + " " + subject;
  const bool before = world.random.roll(faults.fail_before);
  const bool throttled = world.random.roll(faults.throttle);
  const bool after = world.random.roll(faults.fail_after);
  Result<T> result = [&]() -> Result<T> {
    if (before) return fail(Fault::kTransient, what + ": simulated failure", "try again");
    if (throttled) return fail(Fault::kQuota, what + ": simulated throttling", "slow down");
    Result<T> done = act();
    if (done && after && write)
      return fail(Fault::kUnknownOutcome, what + ": simulated loss of the answer", "read back first");
    if (done && after) return fail(Fault::kTransient, what + ": simulated loss of the answer", "try again");
    return done;
  }();
  world.calls.push_back(
      {method, subject, write, result ? std::nullopt : std::optional<Fault>(result.error().fault)});
  return result;
}

}  // namespace reconcile::sim
