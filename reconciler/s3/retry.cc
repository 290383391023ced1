#include "reconciler/s3/retry.h"

#include <algorithm>
#include <thread>

namespace reconcile::s3 {

bool Retries::again(std::optional<Milliseconds> retry_after) {
  if (made_ >= policy_.attempts) return false;
  // Full jitter: many publications that fail together do not come back together.
  const Milliseconds ceiling = std::min(policy_.longest, policy_.base * (1 << std::min(made_ - 1, 16)));
  const Milliseconds drawn(std::uniform_int_distribution<std::int64_t>(0, ceiling.count())(random_));
  const Milliseconds wait = std::max(drawn, retry_after.value_or(Milliseconds(0)));
  if (waited_ + wait > policy_.wait_max) return false;
  waited_ += wait;
  ++made_;
  if (policy_.sleep) return policy_.sleep(wait);
  std::this_thread::sleep_for(wait);
  return true;
}

}  // namespace reconcile::s3
