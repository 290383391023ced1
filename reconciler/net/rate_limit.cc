#include "reconciler/net/rate_limit.h"

#include <algorithm>

namespace reconcile::net {
namespace {

constexpr double kPiece = 1024;

}  // namespace

RateLimit::RateLimit(std::uint64_t bytes_per_second)
    : per_second_(static_cast<double>(std::max<std::uint64_t>(1, bytes_per_second))),
      most_(std::max(per_second_ / 10, kPiece)) {}

RateLimit::Grant RateLimit::take(std::size_t wanted, Time now) {
  const std::lock_guard lock(mutex_);
  if (!begun_) seen_ = now;
  begun_ = true;
  if (now > seen_) {
    saved_ = std::min(most_, saved_ + per_second_ * std::chrono::duration<double>(now - seen_).count());
    seen_ = now;
  }
  const double piece = std::min(kPiece, static_cast<double>(wanted));
  if (saved_ < piece) {
    const std::chrono::duration<double> wait((piece - saved_) / per_second_);
    return {0, std::chrono::ceil<std::chrono::milliseconds>(wait)};
  }
  const std::size_t bytes = std::min(wanted, static_cast<std::size_t>(saved_));
  saved_ -= static_cast<double>(bytes);
  return {bytes, {}};
}

}  // namespace reconcile::net
