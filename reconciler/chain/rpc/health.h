#pragma once
// What is remembered of endpoints that failed, and in which order they are asked because of it. Pure.

#include <cstddef>
#include <optional>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"
#include "reconciler/chain/rpc/transport.h"

namespace reconcile::chain {

// Long enough that a node that restarts is not knocked at all the time, short enough to come back to it.
inline constexpr Seconds kRestFirst{5};
inline constexpr Seconds kRestMax{300};

class Health {
 public:
  /// Until kRestFirst doubled with each failure in a row (at most kRestMax) is over, it is asked last. With
  /// `asked_to_wait`, it is not asked at all so long.
  void failed(Error error, std::optional<Seconds> asked_to_wait, TimePoint now);
  void worked();
  /// For good: another network.
  void unusable(Error error);

  bool is_unusable() const { return unusable_; }
  /// What happened last; nullptr when it works, as far as is known.
  const Error* trouble() const { return trouble_ ? &*trouble_ : nullptr; }
  TimePoint rests_until() const { return rests_until_; }
  /// How much of what it asked for is left, in whole seconds; 0: it may be asked.
  Seconds wait_left(TimePoint now) const;

 private:
  int failures_ = 0;
  bool unusable_ = false;
  std::optional<Error> trouble_;
  TimePoint rests_until_{};
  TimePoint waits_until_{};
};

/// Indices of those that may be asked now: the current one, the others in the order given, then those that
/// rest, in which the one whose rest ends first comes first.
std::vector<std::size_t> order_of(const std::vector<const Health*>& endpoints, std::size_t current,
                                  TimePoint now);

}  // namespace reconcile::chain
