#pragma once
// A circuit breaker: a peer that does not answer must not hold up a pass for as many timeouts as there are
// files, nor be asked again by each pass.

#include <mutex>
#include <optional>

#include "reconciler/engine/schedule.h"
#include "reconciler/ports/clock.h"

namespace reconcile {

/// A peer may not keep us away for longer, whatever its Retry-After says.
inline constexpr Seconds kRetryAfterMax{3600};

/// Opens after so many failures in a row of a kind that passes by itself (FaultPolicy::opens_breaker), and at
/// once when the peer names a Retry-After: what is asked then fails without a request. Each pause is drawn
/// like the loop's back-off, from a range that doubles; then one call is let through, and decides. Any answer
/// closes it, a no as well. Thread-safe.
class Breaker {
 public:
  static constexpr int kFailuresMax = 5;  ///< each has been tried several times by the adapter already
  /// Of a pass that nothing outlives.
  static constexpr Rhythm kAlone{.cadence = Seconds(300), .retry_interval = Seconds(30)};

  /// `seed` decides the pauses.
  explicit Breaker(Clock& clock, const Rhythm& rhythm = kAlone, std::uint64_t seed = 1)
      : clock_(clock), rhythm_(rhythm), dice_(seed) {}

  /// kOnceTogether: failures of calls that were under way at the same time count as one.
  enum class Count { kEach, kOnceTogether };

  template <class T, class Call>
  Result<T> run(Call call, Count count = Count::kEach) {
    Entry entry = enter();
    if (entry.turned_away) return fail(*std::move(entry.turned_away));
    Result<T> out = call();
    if (!out && failure_of(out.error()))
      failed(entry, out.error(), count);
    else
      answered();
    return out;
  }

  /// Forgets what failed: the next call is let through. For a person who says that it is mended.
  void close() { answered(); }

 private:
  struct Entry {
    std::optional<Error> turned_away;
    bool probe = false;               ///< the one that is let through while it is open
    std::uint64_t failures_ever = 0;  ///< when it entered
  };

  static bool failure_of(const Error& error);
  Entry enter();
  void answered();
  void failed(const Entry& entry, const Error& error, Count count);
  bool is_open() const { return times_opened_ > 0; }

  Clock& clock_;
  const Rhythm rhythm_;
  std::mutex mutex_;
  Dice dice_;
  int failures_ = 0;  ///< in a row
  std::uint64_t failures_ever_ = 0;
  std::uint32_t times_opened_ = 0;  ///< since the last answer
  bool probing_ = false;
  Instant open_until_;
  Seconds pause_{0};
  Error last_;
};

}  // namespace reconcile
