#include "reconciler/engine/pace.h"

#include <algorithm>
#include <utility>

namespace reconcile {
namespace {

/// A window is long enough to tell a rate from chance, and short against an upload of thousands of files.
constexpr std::chrono::milliseconds kWindow{200};
/// What a request costs beside its bytes, in bytes: small files are counted, large ones weighed.
constexpr std::uint64_t kRequestWork = 64u << 10;
/// Less is noise.
constexpr double kClearly = 1.15;
constexpr int kRestWindows = 16;

}  // namespace

void PaceRule::ended(Time now, std::uint64_t bytes, bool slowed_down) {
  if (!begun_) {
    begun_ = true;
    since_ = now;
  }
  work_ += bytes + kRequestWork;
  ++ended_;
  if (slowed_down) {
    // Once a window: all that were on their way hear the same answer.
    if (!asked_for_mercy_) go_to(std::max<std::size_t>(1, limit_ / 2));
    asked_for_mercy_ = true;
    before_ = 0;
    rest_ = kRestWindows;
    return;
  }
  if (now - since_ < kWindow || ended_ < 2 * limit_) return;
  asked_for_mercy_ = false;
  judge(static_cast<double>(work_) / std::chrono::duration<double>(now - since_).count());
  since_ = now;
  work_ = 0;
  ended_ = 0;
}

void PaceRule::judge(double rate) {
  if (rest_ > 0) {
    --rest_;
    return;
  }
  if (before_ != 0 && rate < rate_before_ * kClearly) {
    go_to(std::exchange(before_, 0));
    rest_ = kRestWindows;
    return;
  }
  before_ = 0;
  if (limit_ == kMost) return;
  before_ = limit_;
  rate_before_ = rate;
  go_to(std::min(kMost, limit_ * 2));
}

void PaceRule::go_to(std::size_t limit) {
  limit_ = limit;
  begun_ = false;
  work_ = 0;
  ended_ = 0;
}

void Pace::begin() {
  const std::lock_guard lock(mutex_);
  finished_ = false;
}

bool Pace::may_work(std::size_t worker) {
  if (worker < limit_) return true;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return finished_ || worker < limit_; });
  return !finished_;
}

void Pace::ended(std::uint64_t bytes, bool slowed_down) {
  if (fixed_) return;
  const std::lock_guard lock(mutex_);
  rule_.ended(std::chrono::steady_clock::now(), bytes, slowed_down);
  const bool more = rule_.limit() > limit_;
  limit_ = rule_.limit();
  if (more) changed_.notify_all();
}

void Pace::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

}  // namespace reconcile
