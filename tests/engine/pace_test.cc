#include "reconciler/engine/pace.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;

/// A store behind a line: each request takes `latency`, and no more than `rate` of them end in a second.
struct Line {
  double latency;  // seconds
  double rate;

  /// Files of 32 KiB for so long.
  void run(PaceRule& rule, double seconds) {
    const double until = now + seconds;
    while (now < until) {
      now += std::max(latency / static_cast<double>(rule.limit()), 1 / rate);
      rule.ended(PaceRule::Time() + duration_cast<PaceRule::Time::duration>(duration<double>(now)), 32u << 10,
                 false);
    }
  }
  double now = 0;
};

TEST(PaceRule, ClimbsWhereTheWayIsLong) {
  PaceRule rule;
  EXPECT_EQ(rule.limit(), 4u);
  Line{.latency = 0.05, .rate = 1e6}.run(rule, 10);
  EXPECT_EQ(rule.limit(), PaceRule::kMost);
}

TEST(PaceRule, StaysWhereMoreAreNoFaster) {
  PaceRule rule;
  Line line{.latency = 0.0001, .rate = 2000};
  line.run(rule, 3);
  EXPECT_EQ(rule.limit(), 4u);
}

TEST(PaceRule, StopsWhereTheLineIsFull) {
  PaceRule rule;
  Line line{.latency = 0.05, .rate = 160};  // eight fill it
  line.run(rule, 5);
  EXPECT_EQ(rule.limit(), 8u);
}

TEST(PaceRule, TriesAgainLaterForALineMayHaveBecomeBetter) {
  PaceRule rule;
  Line narrow{.latency = 0.05, .rate = 80};
  narrow.run(rule, 20);
  ASSERT_EQ(rule.limit(), 4u);
  Line wide{.latency = 0.05, .rate = 1e6, .now = narrow.now};
  wide.run(rule, 20);
  EXPECT_EQ(rule.limit(), PaceRule::kMost);
}

TEST(PaceRule, HalvesOnceForAllThatHearTheSameAnswer) {
  PaceRule rule;
  Line line{.latency = 0.05, .rate = 1e6};
  line.run(rule, 10);
  ASSERT_EQ(rule.limit(), 32u);
  for (int i = 0; i < 32; ++i)
    rule.ended(PaceRule::Time() + duration_cast<PaceRule::Time::duration>(duration<double>(line.now)), 0,
               true);
  EXPECT_EQ(rule.limit(), 16u);
}

TEST(PaceRule, NeverStopsAltogether) {
  PaceRule rule;
  Line line{.latency = 0.05, .rate = 1e6};
  for (int i = 0; i < 20; ++i) {
    rule.ended(PaceRule::Time() + duration_cast<PaceRule::Time::duration>(duration<double>(line.now)), 0,
               true);
    line.run(rule, 1);
  }
  EXPECT_EQ(rule.limit(), 1u);
}

TEST(Pace, LetsTheFirstWorkersWorkAndSendsAllHomeInTheEnd) {
  Pace pace(0);
  ASSERT_EQ(pace.workers(), PaceRule::kMost);
  std::atomic<int> left = 1000;
  std::vector<std::atomic<int>> done(pace.workers());
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < pace.workers(); ++worker)
    threads.emplace_back([&, worker] {
      while (pace.may_work(worker)) {
        if (left-- <= 0) return pace.finish();
        ++done[worker];
      }
    });
  threads.clear();
  int all = 0;
  for (std::size_t worker = 0; worker < pace.workers(); ++worker) {
    all += done[worker];
    if (worker >= PaceRule::kFirst) EXPECT_EQ(done[worker], 0) << worker;
  }
  EXPECT_EQ(all, 1000);
}

TEST(Pace, CanBeginAgain) {
  Pace pace(2);
  pace.finish();
  EXPECT_FALSE(pace.may_work(2));
  pace.begin();
  EXPECT_TRUE(pace.may_work(1));
}

}  // namespace
}  // namespace reconcile
