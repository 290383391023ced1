#include "reconciler/engine/breaker.h"

#include <algorithm>

namespace reconcile {

bool Breaker::failure_of(const Error& error) {
  return policy_of(error.fault).opens_breaker || error.retry_after > Seconds(0);
}

Breaker::Entry Breaker::enter() {
  const std::lock_guard lock(mutex_);
  Entry out;
  out.failures_ever = failures_ever_;
  if (!is_open()) return out;
  const Seconds left = open_until_ - clock_.now();
  // More than the whole pause is left where the wall clock was turned back meanwhile.
  const bool over = left <= Seconds(0) || left > pause_;
  if (over && !probing_) {
    out.probe = probing_ = true;
    return out;
  }
  Error error = last_;
  if (error.fault == Fault::kUnknownOutcome) error.fault = Fault::kTransient;  // of this call it is known
  error.cause = "not asked, since requests in a row failed; the last: " + error.cause;
  error.retry_after = std::clamp(left, Seconds(0), pause_);
  out.turned_away = std::move(error);
  return out;
}

void Breaker::answered() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
  times_opened_ = 0;
  probing_ = false;
}

void Breaker::failed(const Entry& entry, const Error& error, Count count) {
  const std::lock_guard lock(mutex_);
  if (entry.probe) probing_ = false;
  // What was under way when it opened says nothing new.
  if (is_open() && !entry.probe) return;
  if (count == Count::kOnceTogether && entry.failures_ever != failures_ever_) return;
  ++failures_;
  ++failures_ever_;
  last_ = error;
  if (!entry.probe && failures_ < kFailuresMax && error.retry_after == Seconds(0)) return;
  ++times_opened_;
  pause_ = std::max(back_off(rhythm_, error.fault, times_opened_, dice_),
                    std::min(error.retry_after, kRetryAfterMax));
  open_until_ = clock_.now() + pause_;
}

}  // namespace reconcile
