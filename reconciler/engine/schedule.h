#pragma once
// When the next pass is due: pure functions of values; chance is handed in.

#include <cstdint>
#include <random>
#include <string>

#include "reconciler/base/strong.h"
#include "reconciler/model/fault_policy.h"

namespace reconcile {

/// The same numbers on every platform (the standard fixes mt19937_64's output, and only that is used).
using Dice = std::mt19937_64;

/// spec.upload's cadence, jitter and retryInterval.
struct Rhythm {
  Seconds cadence{1200};
  int jitter_percent = 10;  ///< 0 to 100, of the cadence, to either side
  Seconds retry_interval{60};
  friend bool operator==(const Rhythm&, const Rhythm&) = default;
};

/// Where in the cadence a publication has its turn, 0 <= phase < cadence: always the same for a name, and
/// different names spread evenly.
Seconds phase_of(const std::string& name, Seconds cadence);

/// The next regular pass: k * cadence + phase, moved by the jitter, where the slot is at least half a cadence
/// after `after`. So passes keep their average distance however long each takes, and two never follow on each
/// other's heels. Always later than `after`.
Instant next_regular(const Rhythm& rhythm, const std::string& name, Instant after, Dice& dice);

/// Exponential with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015): drawn from
/// [0, first * 2^(failures-1)], where `first` comes from the fault's policy, and the range never exceeds the
/// cadence. At least 1 s, so that no luck makes a busy loop. `failures`: failed passes in a row, from 1.
Seconds back_off(const Rhythm& rhythm, Fault fault, std::uint32_t failures, Dice& dice);

}  // namespace reconcile
