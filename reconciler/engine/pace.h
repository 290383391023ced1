#pragma once
// How many uploads run side by side: as many as make it faster, and fewer when the store asks for mercy.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace reconcile {

/// Climbs while twice as many are clearly faster, steps back when they are not, and tries again later: lines
/// and servers change. Halves when the store says 429 or 503 (RFC 6585 section 4, RFC 9110 section 15.6.4). A
/// value: it is told the time.
class PaceRule {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kFirst = 4;
  static constexpr std::size_t kMost = 32;  ///< each holds a connection and a quarter of a MiB

  std::size_t limit() const { return limit_; }
  /// One upload of so many bytes has ended.
  void ended(Time now, std::uint64_t bytes, bool slowed_down);

 private:
  void judge(double rate);
  void go_to(std::size_t limit);

  std::size_t limit_ = kFirst;
  std::size_t before_ = 0;  ///< the limit that is being improved on; 0: none
  double rate_before_ = 0;
  int rest_ = 0;                  ///< so many windows without another try
  bool asked_for_mercy_ = false;  ///< in this window
  bool begun_ = false;
  Time since_{};
  std::uint64_t work_ = 0;
  std::size_t ended_ = 0;
};

/// Thread-safe: who uploads enters first, and waits while as many are at it as there may be.
class Pace {
 public:
  /// `fixed`: always so many; 0: as the rule has it.
  explicit Pace(std::size_t fixed) : fixed_(fixed) {}
  /// How many threads can be of use.
  std::size_t threads() const { return fixed_ ? fixed_ : PaceRule::kMost; }
  void enter();
  void leave(std::uint64_t bytes, bool slowed_down);

 private:
  std::size_t limit() const { return fixed_ ? fixed_ : rule_.limit(); }

  const std::size_t fixed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  PaceRule rule_;
  std::size_t inside_ = 0;
};

}  // namespace reconcile
