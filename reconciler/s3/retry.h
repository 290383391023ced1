#pragma once
// When a request is sent again, and how long is waited before: values, no clock.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>

#include "reconciler/base/result.h"

namespace reconcile::s3 {

using Milliseconds = std::chrono::milliseconds;

struct RetryPolicy {
  int attempts = 4;        ///< in all; 1: never again
  Milliseconds base{200};  ///< the first wait is a random share of this, the next of twice this, …
  Milliseconds longest{5'000};
  Milliseconds wait_max{30'000};  ///< of all waits of one request; a longer Retry-After is left to the caller
  /// Waits; false when the process is asked to stop. Unset: sleeps.
  std::function<bool(Milliseconds)> sleep;
};

/// The waits of one request. Not thread-safe.
class Retries {
 public:
  Retries(const RetryPolicy& policy, std::uint32_t seed) : policy_(policy), random_(seed) {}
  /// Waits as long as is due and says true, or says false: no attempt is left, or the time is up.
  bool again(std::optional<Milliseconds> retry_after);
  int attempts_made() const { return made_; }

 private:
  const RetryPolicy& policy_;
  std::minstd_rand random_;  // made for every request: a larger one would cost more than the signature
  int made_ = 1;
  Milliseconds waited_{0};
};

}  // namespace reconcile::s3
