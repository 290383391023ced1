#include "reconciler/net/rate_limit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile::net {
namespace {

using std::chrono::milliseconds;

const RateLimit::Time kStart{std::chrono::hours(1)};

TEST(RateLimit, BeginsEmptyAndSaysHowLongToWait) {
  RateLimit limit(10'000);
  const RateLimit::Grant first = limit.take(500, kStart);
  EXPECT_EQ(first.bytes, 0u);
  EXPECT_EQ(first.wait, milliseconds(50));
  EXPECT_EQ(limit.take(500, kStart + milliseconds(50)).bytes, 500u);
}

TEST(RateLimit, APauseIsNoCredit) {
  RateLimit limit(1'000'000);
  limit.take(1, kStart);
  EXPECT_EQ(limit.take(1u << 30, kStart + std::chrono::hours(1)).bytes, 100'000u);
  EXPECT_EQ(limit.take(1u << 30, kStart + std::chrono::hours(1)).bytes, 0u);
}

TEST(RateLimit, GivesNobodyByteByByte) {
  RateLimit limit(10);
  limit.take(1u << 20, kStart);
  EXPECT_EQ(limit.take(1u << 20, kStart + std::chrono::seconds(100)).bytes, 0u);
  EXPECT_EQ(limit.take(1u << 20, kStart + std::chrono::seconds(103)).bytes, 1024u);
}

TEST(RateLimit, AClockThatStandsStillOrGoesBackGivesNothing) {
  RateLimit limit(10'000);
  limit.take(100, kStart);
  EXPECT_EQ(limit.take(100, kStart - milliseconds(500)).bytes, 0u);
  EXPECT_EQ(limit.take(100, kStart).bytes, 0u);
}

// Whoever asks, whenever and for how much: over any time the sum is the rate, and one tenth of a second or
// one piece more.
RC_GTEST_PROP(RateLimit, NeverGivesMoreThanItsRate, ()) {
  const auto rate = *rc::gen::inRange<std::uint64_t>(1, 10'000'000);
  RateLimit limit(rate);
  RateLimit::Time now = kStart;
  double given = 0;
  const auto asks = *rc::gen::container<std::vector<std::pair<std::size_t, int>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(1, 300'000), rc::gen::inRange(0, 2'000)));
  limit.take(1, now);
  for (const auto& [wanted, pause] : asks) {
    now += milliseconds(pause);
    const RateLimit::Grant grant = limit.take(wanted, now);
    RC_ASSERT(grant.bytes <= wanted);
    RC_ASSERT((grant.bytes > 0) == (grant.wait == std::chrono::nanoseconds(0)));
    given += static_cast<double>(grant.bytes);
  }
  const double seconds = std::chrono::duration<double>(now - kStart).count();
  RC_ASSERT(given <= static_cast<double>(rate) * seconds + 1);
}

// And whoever waits as told gets something.
RC_GTEST_PROP(RateLimit, WaitingAsToldIsEnough, ()) {
  const auto rate = *rc::gen::inRange<std::uint64_t>(1, 10'000'000);
  const auto wanted = *rc::gen::inRange<std::size_t>(1, 300'000);
  RateLimit limit(rate);
  RateLimit::Time now = kStart;
  for (int i = 0; i < 20; ++i) {
    const RateLimit::Grant grant = limit.take(wanted, now);
    if (grant.bytes > 0) continue;
    now += grant.wait;
    RC_ASSERT(limit.take(wanted, now).bytes > 0u);
  }
}

}  // namespace
}  // namespace reconcile::net
