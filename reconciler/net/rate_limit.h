#pragma once
// A bound on what all requests of one client send together, by a token bucket.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace reconcile::net {

/// Thread-safe. Holds no time of its own: whoever asks says when.
class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// At least 1 byte a second. Begins empty, and saves up for a tenth of a second: pauses are no credit.
  explicit RateLimit(std::uint64_t bytes_per_second);

  struct Grant {
    std::size_t bytes = 0;             ///< may be sent now; taken
    std::chrono::nanoseconds wait{0};  ///< 0 bytes: worth asking again after so long
  };
  /// At most `wanted` of what is there. A piece is given whole, 1 KiB or what `wanted` leaves, so that nobody
  /// sends byte by byte.
  Grant take(std::size_t wanted, Time now);

 private:
  const double per_second_;
  const double most_;
  std::mutex mutex_;
  double saved_ = 0;
  Time seen_{};
  bool begun_ = false;
};

}  // namespace reconcile::net
