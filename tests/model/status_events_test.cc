#include "reconciler/model/status_events.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

constexpr Instant kStart{Seconds(1'795'000'000)};

StatusEvent event(const std::string& reason, const std::string& message = "m") {
  return {.reason = reason, .address = "bucket", .message = message, .pattern = pattern_of(message)};
}

TEST(StatusEvents, WhatHappensAgainIsCountedAndComesToTheFront) {
  std::vector<StatusEvent> events;
  remember(events, event("BucketUnavailable", "list: HTTP 503 (request 0A1B)"), kStart);
  remember(events, event("Committed"), kStart + Seconds(1));
  remember(events, event("BucketUnavailable", "list: HTTP 503 (request 0C2D)"), kStart + Seconds(2));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].reason, "BucketUnavailable");
  EXPECT_EQ(events[0].message, "list: HTTP 503 (request 0C2D)") << "the last one's";
  EXPECT_EQ(events[0].count, 2u);
  EXPECT_EQ(events[0].first, kStart);
  EXPECT_EQ(events[0].last, kStart + Seconds(2));
  EXPECT_EQ(events[1].count, 1u);
}

TEST(StatusEvents, AnotherReasonAddressOrMessageIsAnotherEvent) {
  std::vector<StatusEvent> events;
  remember(events, event("A", "no route"), kStart);
  remember(events, event("B", "no route"), kStart);
  remember(events, event("A", "timed out"), kStart);
  StatusEvent elsewhere = event("A", "no route");
  elsewhere.address = "chain";
  remember(events, elsewhere, kStart);
  EXPECT_EQ(events.size(), 4u);
}

TEST(StatusEvents, TheOneThatDidNotHappenForLongestMakesRoom) {
  std::vector<StatusEvent> events;
  for (std::size_t i = 0; i < kStatusEventsMax; ++i)
    remember(events, event("R" + std::string(i, 'x')), kStart + Seconds(static_cast<int>(i)));
  remember(events, event("R"), kStart + Seconds(200));
  remember(events, event("New"), kStart + Seconds(201));
  ASSERT_EQ(events.size(), kStatusEventsMax);
  EXPECT_EQ(events[0].reason, "New");
  EXPECT_EQ(events[1].reason, "R") << "first in, but it happened again";
  EXPECT_EQ(events.back().reason, "Rxx");
}

TEST(StatusEvents, ALongMessageIsCutBetweenCharacters) {
  std::vector<StatusEvent> events;
  remember(events, event("Long", "a" + std::string(kEventMessageMax, 'x') + "\u00e9"), kStart);
  std::string accents = "a";
  while (accents.size() < 2 * kEventMessageMax) accents += "\u00e9";
  remember(events, event("Accents", accents), kStart);
  for (const StatusEvent& one : events) {
    EXPECT_LE(one.message.size(), kEventMessageMax);
    EXPECT_TRUE(one.message.ends_with("…"));
    EXPECT_EQ(one.message.size() % 2, 0u) << "1 + 3 + an even number of bytes";
  }
}

TEST(StatusEvents, APatternLeavesOutNumbersAndPlaces) {
  EXPECT_EQ(pattern_of("412 deletions now and 12 in the last 1d"), "# deletions now and # in the last #");
  EXPECT_EQ(pattern_of("put s3://b/k.json: HTTP 503"), "put # HTTP #");
  EXPECT_EQ(pattern_of("connection refused"), "connection refused");
  EXPECT_EQ(pattern_of(""), "");
}

}  // namespace
}  // namespace reconcile
