#include "reconciler/engine/sight.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

constexpr Seconds kDay{86400};

Observed bucket_of(std::vector<ListedObject> objects) {
  Observed out;
  out.now = Instant(Seconds(1'795'000'000));
  for (ListedObject& object : objects) object.modified = out.now - object.modified.time_since_epoch();
  out.objects = Complete<std::vector<ListedObject>>{std::move(objects)};
  out.lifecycle = Complete<LifecycleDocument>{};
  out.prices = PriceTable{.storage_gb_month = MicroUsd(500'000), .as_of = "2026-11"};
  return out;
}

Desired two_weeks() {
  Desired out;
  LifecycleRule rule;
  rule.id = "Old";
  rule.prefix = "data/";
  rule.expire_after = 14 * kDay;
  out.bucket.lifecycle.rules = {rule};
  return out;
}

ListedObject aged(const char* key, Seconds age) {
  return {ObjectKey(key), Bytes(1'000'000'000), "", Instant(age)};
}

TEST(Sight, SaysWhatLeavesOnWhichDay) {
  const Observed observed = bucket_of(
      {aged("data/a", 2 * kDay), aged("data/b", 3 * kDay), aged("data/late", 40 * kDay), aged("x/c", kDay)});
  const Sight sight = sight_of(two_weeks(), observed, {});
  ASSERT_TRUE(sight.leaving);
  EXPECT_EQ(sight.leaving->at(0).objects, 1u) << "what is overdue goes first";
  std::uint64_t all = 0;
  for (const Leaving& day : *sight.leaving) all += day.objects;
  EXPECT_EQ(all, 3u) << "no rule covers x/c";
  EXPECT_EQ(sight.leaving->at(11).objects + sight.leaving->at(12).objects, 2u);
  EXPECT_EQ(sight.stored->objects, 4u);
  EXPECT_EQ(sight.cost->items.at(0).name, "storage");
  EXPECT_EQ(sight.cost->total, MicroUsd(3'000'000)) << "3 GB of the last 7 days, each kept for 14: 6 GB";
}

TEST(Sight, SaysNothingOfWhatWasNotReadWhole) {
  Observed observed = bucket_of({aged("data/a", kDay)});
  observed.lifecycle = Unreadable{};
  EXPECT_FALSE(sight_of(two_weeks(), observed, {}).leaving);
  observed.objects = Partial<std::vector<ListedObject>>{};
  observed.journal.known = false;
  const Sight sight = sight_of(two_weeks(), observed, {});
  EXPECT_FALSE(sight.stored || sight.cost || sight.chain || sight.leaving);
  ASSERT_EQ(sight.guards.size(), 3u);
  for (const GuardSight& guard : sight.guards) EXPECT_FALSE(guard.used) << guard.name;
}

}  // namespace
}  // namespace reconcile
