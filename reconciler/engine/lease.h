#pragma once
// This process's hold on one slot, against writers on other machines: promise S7. The lock of cli/lock.h
// keeps processes of one machine apart without asking the bucket; this keeps machines apart.

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "reconciler/model/lease.h"
#include "reconciler/ports/clock.h"
#include "reconciler/ports/lease.h"

namespace reconcile {

/// Thread-safe. Taken before the first step of an apply, kept before each further one, given back after the
/// last.
class Lease {
 public:
  struct Options {
    std::string slot;  ///< for people, and what the key is made of
    LeaseHolder self;
    /// True only where it is certain, never because of a clock. Unset: nobody is certainly gone.
    std::function<bool(const LeaseHolder&)> certainly_gone;
  };
  /// Both must outlive it.
  Lease(LeaseStore& store, Clock& clock, Options options);

  struct Taken {
    bool held = false;       ///< false: the store has no conditional writes, so there is no lease
    bool found_out = false;  ///< that, at this very call
    /// By this machine's clock, give or take kLeaseClockSlack: when another holder last wrote the lease.
    std::optional<Instant> other_wrote;
    std::string taken_from;              ///< the holder whose lease ran out or who is gone; empty: nobody's
    std::optional<Seconds> store_ahead;  ///< the store's clock less this machine's; nothing: not asked
  };
  /// kConflict: another holds it; the error names it. Any other error: whether it is free is unknown.
  Result<Taken> take();

  /// Renews once a third of the time has passed. An error: begin nothing more (kConflict: another took it
  /// over). It stays one until the next take() or give_back(), as that of a take() does. Not taken, or no
  /// such thing here: nothing to keep.
  Result<void> keep();

  /// Lets others take it at once. An error costs them the rest of its time, no more.
  Result<void> give_back();

  bool taken() const;  ///< or found that there is no such thing here
  bool lost() const;
  /// Grows with each change of holder; nothing while none is held.
  std::optional<std::uint64_t> token() const;

 private:
  Result<Taken> try_to_take();
  Result<void> write(const LeaseDocument& document, const std::optional<std::string>& expected);
  Result<void> renew();
  Error taken_over(const std::optional<SeenLease>& seen) const;
  Result<void> lose(Error error);
  Instant store_time() const;

  LeaseStore& store_;
  Clock& clock_;
  Options options_;
  ObjectKey key_;
  mutable std::mutex mutex_;
  bool taken_ = false;
  bool held_ = false;
  bool unsupported_ = false;
  std::optional<Error> lost_;
  LeaseDocument document_;
  std::string etag_;
  Instant written_;         ///< by this machine's clock
  Seconds store_ahead_{0};  ///< the store's clock minus this machine's
};

/// Two clocks that tell whole seconds. An answer that took its time makes the other's write look later, never
/// earlier.
inline constexpr Seconds kLeaseClockSlack{2};

}  // namespace reconcile
