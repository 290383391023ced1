#include "reconciler/engine/schedule.h"

#include <algorithm>

#include "reconciler/base/sha256.h"

namespace reconcile {
namespace {

constexpr Seconds kShortest{1};

/// Uniform enough in [0, most]: the ranges are tiny beside 2^64.
Seconds draw(Dice& dice, Seconds most) {
  return Seconds(static_cast<std::int64_t>(dice() % (static_cast<std::uint64_t>(most.count()) + 1)));
}

}  // namespace

Seconds phase_of(const std::string& name, Seconds cadence) {
  std::uint64_t number = 0;
  const Sha256 digest = sha256_of(std::string_view(name));
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | digest.get()[i];
  const Seconds turn = std::max(cadence, kShortest);
  return Seconds(static_cast<std::int64_t>(number % static_cast<std::uint64_t>(turn.count())));
}

Instant next_regular(const Rhythm& rhythm, const std::string& name, Instant after, Dice& dice) {
  const Seconds cadence = std::max(rhythm.cadence, kShortest);
  const Seconds earliest = after.time_since_epoch() + cadence / 2;
  const Seconds past = (earliest - phase_of(name, cadence)) % cadence;
  const Seconds slot = earliest + (past.count() <= 0 ? -past : cadence - past);
  const Seconds reach = cadence * std::clamp(rhythm.jitter_percent, 0, 100) / 100;
  const Instant moved = Instant(slot - reach + draw(dice, 2 * reach));
  return std::max(moved, after + kShortest);
}

Seconds back_off(const Rhythm& rhythm, Fault fault, std::uint32_t failures, Dice& dice) {
  const Seconds ceiling = std::max({rhythm.cadence, rhythm.retry_interval, kShortest});
  Seconds range = std::min(ceiling, rhythm.retry_interval * policy_of(fault).retry_intervals);
  for (std::uint32_t i = 1; i < failures && range < ceiling; ++i) range = std::min(ceiling, 2 * range);
  return std::max(kShortest, draw(dice, range));
}

}  // namespace reconcile
