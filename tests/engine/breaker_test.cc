#include "tests/engine/wire.h"
#include <thread>

#include <gtest/gtest.h>

#include "reconciler/engine/guarded.h"
#include "reconciler/engine/seen_in_listing.h"

namespace reconcile {
namespace {

using testing_world::Publication;
using testing_world::TestClock;
using testing_world::Wire;

TEST(Breaker, AnOutageCostsAFewTimeoutsAndNotOneForEachFile) {
  Publication p;
  Wire wire(*p.store);
  p.other_store = &wire;
  ASSERT_TRUE(p.store->create_bucket());
  for (int i = 0; i < 200; ++i) p.write(std::to_string(i) + ".bin", std::to_string(i));
  wire.cut_at_puts = true;
  const PassResult result = p.pass();
  EXPECT_LE(wire.timeouts, Breaker::kFailuresMax + 3);
  ASSERT_TRUE(result.report);
  const bool told =
      std::any_of(result.report->outcomes.begin(), result.report->outcomes.end(), [](const auto& o) {
        return o.error &&
               o.error->cause.find("requests in a row failed; the last: no route") != std::string::npos;
      });
  EXPECT_TRUE(told);
  wire.cut = wire.cut_at_puts = false;
  EXPECT_TRUE(p.pass().report->converged);
}

/// Longer than any pause that is drawn.
constexpr Seconds kPauseMax = Breaker::kAlone.cadence + Seconds(1);

TEST(Breaker, LetsOneThroughAfterThePauseAndClosesWhenItIsAnswered) {
  Publication p;
  Wire wire(*p.store);
  ASSERT_TRUE(p.store->create_bucket());
  TestClock clock;
  Breaker breaker(clock);
  GuardedStore store(wire, breaker);
  wire.cut = true;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, Breaker::kFailuresMax);
  clock.sleep_for(kPauseMax);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, Breaker::kFailuresMax + 1) << "one tries, the others wait";
  wire.cut = false;
  const Result<std::optional<ObjectHead>> early = store.head(ObjectKey("data/x"));
  ASSERT_FALSE(early) << "still within the pause";
  EXPECT_GT(early.error().retry_after, Seconds(0));
  EXPECT_LE(early.error().retry_after, 2 * Breaker::kAlone.retry_interval);
  clock.sleep_for(early.error().retry_after + Seconds(1));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(store.head(ObjectKey("data/x")));
}

TEST(Breaker, PausesGrowAndEndWithTheCadence) {
  Publication p;
  Wire wire(*p.store);
  TestClock clock;
  Breaker breaker(clock, {.cadence = Seconds(1200), .retry_interval = Seconds(60)}, 7);
  GuardedStore store(wire, breaker);
  wire.cut = true;
  Seconds longest{0};
  for (int i = 0; i < 200; ++i) {
    const Result<std::optional<ObjectHead>> head = store.head(ObjectKey("data/x"));
    ASSERT_FALSE(head);
    longest = std::max(longest, head.error().retry_after);
    clock.sleep_for(head.error().retry_after);
  }
  EXPECT_GT(longest, Seconds(600)) << "drawn from ever more";
  EXPECT_LE(longest, Seconds(1200));
}

class StoreBehindABreaker : public ::testing::Test {
 protected:
  Publication p;
  Wire wire{*p.store};
  TestClock clock;
  Breaker breaker{clock};
  GuardedStore store{wire, breaker};
};

TEST_F(StoreBehindABreaker, ARetryAfterOpensItAtOnceAndIsKeptTo) {
  wire.cut = true;
  wire.fault = Fault::kQuota;
  wire.retry_after = Seconds(900);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(store.head(ObjectKey("data/x")).error().fault, Fault::kQuota);
  EXPECT_EQ(wire.timeouts, 1);
  clock.sleep_for(Seconds(890));
  EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, 1);
  clock.sleep_for(Seconds(11));
  EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, 2);
}

TEST_F(StoreBehindABreaker, AStoreThatIsFullIsStillAskedToDelete) {
  wire.cut = true;
  wire.fault = Fault::kQuota;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, 20);
}

TEST_F(StoreBehindABreaker, SaysOfACertificateWhatTheServerShowed) {
  wire.cut = true;
  for (const auto& [met, told] : {std::pair(Fault::kUntrusted, Fault::kUntrusted),
                                  std::pair(Fault::kUnknownOutcome, Fault::kTransient)}) {
    breaker.close();
    wire.fault = met;
    for (int i = 0; i < 8; ++i) (void)store.head(ObjectKey("data/x"));
    EXPECT_EQ(store.head(ObjectKey("data/x")).error().fault, told) << name_of(met);
  }
  EXPECT_EQ(wire.timeouts, 2 * Breaker::kFailuresMax);
}

TEST_F(StoreBehindABreaker, AClockThatWasTurnedBackKeepsNobodyAway) {
  wire.cut = true;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  wire.cut = false;
  clock.ahead -= std::chrono::hours(24);
  ASSERT_TRUE(p.store->create_bucket());
  EXPECT_TRUE(store.head(ObjectKey("data/x")));
}

TEST(Breaker, AFailingListingCountsOnceForAllItsRanges) {
  Publication p;
  Wire wire(*p.store);
  ASSERT_TRUE(p.store->create_bucket());
  TestClock clock;
  Breaker breaker(clock);
  GuardedStore store(wire, breaker);
  wire.cut_listings = true;
  wire.together = 8;
  std::vector<std::jthread> ranges;
  for (std::size_t i = 0; i < wire.together; ++i)
    ranges.emplace_back([&] { EXPECT_FALSE(store.list("", "", [](auto&&) { return true; })); });
  ranges.clear();
  EXPECT_EQ(wire.timeouts, 8);
  EXPECT_TRUE(store.head(ObjectKey("data/x"))) << "one listing failed, not eight";
}

/// The listing that proves a batch of uploads is a convenience: where only it fails, uploads go on.
TEST(Breaker, AListingThatFailsForEachBatchStopsNoUpload) {
  Publication p;
  Wire wire(*p.store);
  ASSERT_TRUE(p.store->create_bucket());
  TestClock clock;
  Breaker breaker(clock);
  GuardedStore store(wire, breaker);
  wire.cut_listings = true;
  const Body body = body_of("x");
  constexpr int kBatches = 2 * Breaker::kFailuresMax;
  for (int batch = 0; batch < kBatches; ++batch) {
    const ObjectKey key("data/" + std::to_string(batch));
    const Result<PutReceipt> put = store.put(key, body, {});
    ASSERT_TRUE(put) << put.error().cause;
    EXPECT_FALSE(seen_in_listing(store, {{key, body.size, body.sha256, *put}}).at(0));
    EXPECT_TRUE(store.head(key).value());
  }
  EXPECT_EQ(wire.timeouts, kBatches) << "each counts once, and what follows is answered";
}

TEST_F(StoreBehindABreaker, AnAnswerIsAnAnswerEvenIfItIsNo) {
  wire.cut = true;
  wire.fault = Fault::kDenied;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, 20);
}

}  // namespace
}  // namespace reconcile
