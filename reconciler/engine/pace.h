#pragma once
// How many uploads run side by side: as many as make it faster, and fewer when the store asks for mercy.

#include <atomic>
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

/// Workers with numbers, of which as many work as the rule allows; the others sleep and cost nothing.
/// Thread-safe.
class Pace {
 public:
  /// `fixed`: always so many; 0: as the rule has it.
  explicit Pace(std::size_t fixed) : fixed_(fixed), limit_(fixed ? fixed : PaceRule::kFirst) {}
  /// How many workers can be of use.
  std::size_t workers() const { return fixed_ ? fixed_ : PaceRule::kMost; }
  /// Work is there again.
  void begin();
  /// Whether this worker, counted from 0, shall take up work; it waits for its turn. False: no work is left.
  bool may_work(std::size_t worker);
  /// One upload has ended.
  void ended(std::uint64_t bytes, bool slowed_down);
  /// No work is left: those who wait go home.
  void finish();

 private:
  const std::size_t fixed_;
  std::atomic<std::size_t> limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  PaceRule rule_;
  bool finished_ = false;
};

}  // namespace reconcile
