#include "reconciler/chain/rpc/health.h"

#include <gtest/gtest.h>

#include "reconciler/chain/rpc/http_status.h"

namespace reconcile::chain {
namespace {

using Order = std::vector<std::size_t>;

constexpr TimePoint kStart{std::chrono::hours(1)};
const Error kLost{Fault::kTransient, "lost", "again"};

struct Three {
  Health a, b, c;
  Order order(std::size_t current, TimePoint now) const { return order_of({&a, &b, &c}, current, now); }
};

TEST(Health, AsksTheCurrentOneAndThenTheOthersInTheOrderGiven) {
  const Three three;
  EXPECT_EQ(three.order(0, kStart), (Order{0, 1, 2}));
  EXPECT_EQ(three.order(2, kStart), (Order{2, 0, 1}));
}

TEST(Health, AsksOneThatFailedLastUntilItsRestIsOver) {
  Three three;
  three.a.failed(kLost, std::nullopt, kStart);
  EXPECT_EQ(three.order(0, kStart), (Order{1, 2, 0}));
  EXPECT_EQ(three.order(0, kStart + kRestFirst - Seconds(1)), (Order{1, 2, 0}));
  EXPECT_EQ(three.order(0, kStart + kRestFirst), (Order{0, 1, 2}));
  EXPECT_EQ(three.order(1, kStart + kRestFirst), (Order{1, 0, 2})) << "the one that works is kept";
}

TEST(Health, AmongThoseThatRestAsksFirstTheOneWhoseRestEndsFirst) {
  Three three;
  three.a.failed(kLost, std::nullopt, kStart);
  three.a.failed(kLost, std::nullopt, kStart);
  three.b.failed(kLost, std::nullopt, kStart);
  EXPECT_EQ(three.order(0, kStart), (Order{2, 1, 0}));
}

TEST(Health, RestsTwiceAsLongAfterEachFailureInARowUpToFiveMinutes) {
  Health health;
  for (const int seconds : {5, 10, 20, 40, 80, 160, 300, 300}) {
    health.failed(kLost, std::nullopt, kStart);
    EXPECT_EQ(health.rests_until(), kStart + Seconds(seconds));
  }
  for (int i = 0; i < 100; ++i) health.failed(kLost, std::nullopt, kStart);
  EXPECT_EQ(health.rests_until(), kStart + Seconds(300));
  health.worked();
  EXPECT_EQ(health.trouble(), nullptr);
  health.failed(kLost, std::nullopt, kStart);
  EXPECT_EQ(health.rests_until(), kStart + Seconds(5));
}

TEST(Health, DoesNotAskOneThatAskedToWait) {
  Three three;
  three.a.failed(kLost, Seconds(60), kStart);
  EXPECT_EQ(three.order(0, kStart), (Order{1, 2}));
  EXPECT_EQ(three.a.wait_left(kStart + std::chrono::milliseconds(500)), Seconds(60));
  EXPECT_EQ(three.order(0, kStart + Seconds(59)), (Order{1, 2}));
  EXPECT_EQ(three.order(0, kStart + Seconds(60)), (Order{0, 1, 2}));
}

TEST(Health, NeverAsksAnUnusableOneAgain) {
  Three three;
  three.a.unusable(kLost);
  three.a.worked();
  EXPECT_EQ(three.order(0, kStart + std::chrono::hours(1000)), (Order{1, 2}));
}

TEST(HttpStatus, MeansWhatACallerDoesAboutIt) {
  EXPECT_EQ(refusal_of(429, "x").fault, Fault::kQuota);
  for (const int status : {408, 500, 502, 503, 504})
    EXPECT_EQ(refusal_of(status, "x").fault, Fault::kTransient);
  for (const int status : {204, 301, 400, 401, 403, 404, 405, 415})
    EXPECT_EQ(refusal_of(status, "x").fault, Fault::kInvalidInput) << status;
  EXPECT_EQ(refusal_of(503, "https://h").cause, "https://h answered HTTP 503");
}

TEST(HttpStatus, TellsWhetherSomethingMayHaveHappened) {
  for (const int status : {200, 204, 500, 502, 504}) EXPECT_TRUE(may_have_acted(status)) << status;
  for (const int status : {301, 400, 401, 404, 408, 413, 429, 501, 503})
    EXPECT_FALSE(may_have_acted(status)) << status;
}

TEST(HttpStatus, ReadsRetryAfterInBothForms) {
  const auto wait = [](const std::string& text, const std::string& date = "") {
    return wait_of(&text, &date);
  };
  EXPECT_EQ(wait_of(nullptr, nullptr), std::nullopt);
  EXPECT_EQ(wait("7"), Seconds(7));
  EXPECT_EQ(wait("0"), Seconds(0));
  EXPECT_EQ(wait("86400"), Seconds(300)) << "a mistaken header must not keep us away for a day";
  // The example dates of RFC 9110 section 10.2.3.
  EXPECT_EQ(wait("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:49 GMT"), Seconds(10));
  EXPECT_EQ(wait("Fri, 31 Dec 1999 23:59:59 GMT"), std::nullopt);
  for (const char* text : {"", "-1", "7x", "soon", "99999999999999999999"})
    EXPECT_EQ(wait(text), std::nullopt) << text;
}

}  // namespace
}  // namespace reconcile::chain
