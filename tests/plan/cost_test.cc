// The laws of the bill: what holds for every volume, every habit and every price list.

#include "reconciler/plan/cost.h"

#include "tests/plan/worlds.h"
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/plan/cost_counts.h"
#include "reconciler/plan/plan.h"

namespace reconcile {
namespace {

constexpr Seconds kDay{86'400};

std::uint64_t up_to(std::uint64_t most) { return *rc::gen::inRange<std::uint64_t>(0, most); }

Volume any_volume() {
  Volume out;
  out.stored = Bytes(up_to(50'000'000'000'000));
  out.objects = up_to(5'000'000);
  out.puts_per_day = up_to(100'000);
  out.bytes_per_day = Bytes(up_to(5'000'000'000'000));
  out.gets_per_day = up_to(1'000'000);
  out.egress_per_month = Bytes(up_to(50'000'000'000'000));
  if (*rc::gen::arbitrary<bool>()) out.retention = kDay * *rc::gen::inRange(1, 400);
  return out;
}

Habits any_habits() {
  Habits out;
  out.cadence = Seconds(60 * *rc::gen::inRange(1, 1000));
  out.resync = Seconds(600 * *rc::gen::inRange(0, 100));
  out.expiry_margin = Seconds(3600 * *rc::gen::inRange(0, 72));
  out.index = *rc::gen::arbitrary<bool>();
  out.lease = *rc::gen::arbitrary<bool>();
  out.looks_before_put = *rc::gen::arbitrary<bool>();
  return out;
}

PriceTable any_prices() {
  const auto micros = [](std::int64_t most) { return MicroUsd(*rc::gen::inRange<std::int64_t>(0, most)); };
  PriceTable out;
  out.storage_gb_month = micros(100'000);
  out.free_storage = Bytes(up_to(100'000'000'000));
  out.minimum_storage = Bytes(up_to(2'000'000'000'000));
  out.minimum_days = *rc::gen::inRange(0, 180);
  out.minimum_object = Bytes(up_to(10'000));
  for (RequestPrice& price : out.requests) price = {micros(10'000'000), up_to(10'000'000)};
  const auto any_class = [] { return static_cast<RequestClass>(*rc::gen::inRange(0, 3)); };
  out.puts = any_class();
  out.lists = any_class();
  out.gets = any_class();
  out.settings = any_class();
  out.egress_gb = micros(100'000);
  out.free_egress = Bytes(up_to(200'000'000'000));
  return out;
}

std::uint64_t quantity(const CostEstimate& cost, const std::string& name) {
  for (const CostItem& item : cost.items)
    if (item.name == name) return item.quantity;
  return 0;
}

RC_GTEST_PROP(Cost, IsTheSumOfItsItemsAndNothingIsFreerThanItIs, ()) {
  const CostEstimate cost = estimate_cost(any_volume(), any_habits(), any_prices());
  RC_ASSERT(cost.items.size() <= kCostItemsMax);
  MicroUsd sum{};
  std::set<std::string> names;
  for (const CostItem& item : cost.items) {
    RC_ASSERT(item.free <= item.quantity);
    RC_ASSERT(item.amount >= MicroUsd(0));
    RC_ASSERT(item.amount == (item.unit == CostItem::Unit::kRequests
                                  ? price_of(item.quantity - item.free, item.price)
                                  : price_of(Bytes(item.quantity - item.free), item.price)));
    RC_ASSERT(names.insert(item.name).second);
    sum = sum + item.amount;
  }
  RC_ASSERT(sum == cost.total);
}

/// Storage, each class and egress have one free tier each, however many items there are.
RC_GTEST_PROP(Cost, UsesAFreeTierUpOnceAndWholly, ()) {
  PriceTable prices = any_prices();
  prices.puts = prices.lists = RequestClass::kA;
  prices.gets = prices.settings = RequestClass::kB;
  const CostEstimate cost = estimate_cost(any_volume(), any_habits(), prices);
  const std::set<std::string> reads{"downloads", "settings", "absence", "record-reads"};
  std::uint64_t free[2] = {}, all[2] = {};
  for (const CostItem& item : cost.items) {
    if (item.unit != CostItem::Unit::kRequests || item.name == "deletes") continue;
    const bool by_head = item.name == "verification" && item.why.find("HEAD") != std::string::npos;
    const std::size_t which = reads.contains(item.name) || by_head ? 1 : 0;
    free[which] += item.free;
    all[which] += item.quantity;
  }
  RC_ASSERT(free[0] == std::min(all[0], prices.requests[0].free));
  RC_ASSERT(free[1] == std::min(all[1], prices.requests[1].free));
}

RC_GTEST_PROP(Cost, NeverFallsAsMoreIsStoredOrFetched, ()) {
  const Volume less = any_volume();
  Volume more = less;
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      more.stored = more.stored + Bytes(up_to(1'000'000'000'000));
      break;
    case 1:
      more.objects += up_to(1'000'000);
      break;
    case 2:
      more.gets_per_day += up_to(1'000'000);
      break;
    default:
      more.egress_per_month = more.egress_per_month + Bytes(up_to(1'000'000'000'000));
  }
  const Habits habits = any_habits();
  const PriceTable prices = any_prices();
  // Half a millionth is rounded at each item.
  RC_ASSERT(estimate_cost(more, habits, prices).total.get() + static_cast<std::int64_t>(kCostItemsMax) >=
            estimate_cost(less, habits, prices).total.get());
}

RC_GTEST_PROP(Cost, IsDoubledByTwiceTheVolumeWhereNothingIsFreeAndThereAreNoPasses, ()) {
  PriceTable prices = any_prices();
  for (RequestPrice& price : prices.requests) price.free = 0;
  prices.free_storage = prices.free_egress = prices.minimum_storage = Bytes();
  prices.minimum_object = Bytes();
  Volume once = any_volume();
  once.bytes_per_day = Bytes(once.bytes_per_day.get() / 1000);  // none so large that it goes in parts
  Volume twice = once;
  twice.stored = Bytes(2 * once.stored.get());
  twice.objects *= 2;
  twice.puts_per_day *= 2;
  twice.bytes_per_day = Bytes(2 * once.bytes_per_day.get());
  twice.gets_per_day *= 2;
  twice.egress_per_month = Bytes(2 * once.egress_per_month.get());
  RC_PRE(once.bytes_per_day.get() <= once.puts_per_day * (64u << 20));
  const Habits none{.cadence = Seconds(0)};
  const std::int64_t one = estimate_cost(once, none, prices).total.get();
  const std::int64_t two = estimate_cost(twice, none, prices).total.get();
  RC_ASSERT(std::abs(two - 2 * one) <= 3 * static_cast<std::int64_t>(kCostItemsMax));
}

RC_GTEST_PROP(Cost, MakesTwiceAsManyOwnRequestsAtHalfTheCadence, ()) {
  Volume volume = any_volume();
  Habits slow = any_habits();
  slow.resync = Seconds(0);  // whole listings come by the clock, whatever the cadence
  slow.cadence =
      Seconds(120 * *rc::gen::element(1, 2, 3, 5, 10, 15, 30));  // a whole number of them is a month
  volume.puts_per_day += 2 * 86'400 / 120;                       // something to do in each pass
  Habits fast = slow;
  fast.cadence = slow.cadence / 2;
  const CostEstimate a = estimate_cost(volume, slow, any_prices());
  const CostEstimate b = estimate_cost(volume, fast, any_prices());
  for (const char* name : {"listings", "settings", "record-writes", "record-reads"})
    RC_ASSERT(quantity(b, name) == 2 * quantity(a, name));
  for (const char* name : {"uploads", "downloads", "storage", "egress"})
    RC_ASSERT(quantity(b, name) == quantity(a, name));
}

TEST(Cost, StaysWithinItsTypesAtTheEdge) {
  Volume volume;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  volume.stored = volume.bytes_per_day = volume.egress_per_month = Bytes(kMost);
  volume.objects = volume.puts_per_day = volume.gets_per_day = kMost;
  volume.retention = kDay;
  PriceTable prices{.storage_gb_month = MicroUsd(1'000'000'000), .minimum_days = 90};
  prices.requests[0].per_million = prices.requests[1].per_million = MicroUsd(1'000'000'000'000);
  const CostEstimate cost = estimate_cost(volume, {}, prices);
  EXPECT_EQ(cost.total.get(), std::numeric_limits<std::int64_t>::max());
}

TEST(Cost, BillsWhatGoesTooEarlyAndWhatIsTooLittle) {
  const PriceTable prices{.storage_gb_month = MicroUsd(7'990),
                          .minimum_storage = Bytes(1'000'000'000'000),
                          .minimum_days = 90,
                          .minimum_object = Bytes(4096)};
  Volume volume{.stored = Bytes(140'000'000'000),
                .objects = 14'000,
                .puts_per_day = 1000,
                .bytes_per_day = Bytes(10'000'000'000),
                .retention = 14 * kDay};
  CostEstimate cost = estimate_cost(volume, {}, prices);
  EXPECT_EQ(quantity(cost, "minimum-duration"), 760'000'000'000u) << "76 days of 10 GB";
  EXPECT_EQ(quantity(cost, "minimum-bill"), 100'000'000'000u);
  EXPECT_EQ(cost.total, MicroUsd(7'990'000)) << "1 TB in all";
  volume.stored = Bytes(14'000 * 96);
  volume.bytes_per_day = Bytes(1000 * 96);
  cost = estimate_cost(volume, {}, prices);
  EXPECT_EQ(quantity(cost, "minimum-object"), 90'000u * 4000) << "each is billed as 4,096 bytes for 90 days";
}

TEST(Cost, TakesTheVolumeFromTheListingTheRulesAndTheBuffer) {
  const Desired desired = worlds::desired();
  Observed observed = worlds::observed();
  std::vector<ListedObject> objects;
  for (int day = 0; day < 3; ++day)
    objects.push_back({ObjectKey("data/" + std::to_string(day)), Bytes(2'000'000'000), "",
                       worlds::kNow - day * kDay - kDay / 2});
  std::sort(objects.begin(), objects.end(),
            [](const ListedObject& a, const ListedObject& b) { return a.key < b.key; });
  observed.objects = Complete<std::vector<ListedObject>>{objects};
  std::optional<Volume> volume = volume_of(desired, observed);
  ASSERT_TRUE(volume);
  EXPECT_EQ(volume->retention, 14 * kDay);
  // What came in the two and a half days that the listing tells of: two of three, the oldest ends them.
  EXPECT_EQ(volume->bytes_per_day, Bytes(4'000'000'000 * 2 / 5));
  EXPECT_EQ(volume->stored, Bytes(22'400'000'000)) << "fourteen days of it, more than there is now";

  observed.lifecycle = Complete<LifecycleDocument>{};
  Desired for_ever = desired;
  for_ever.bucket.lifecycle.rules.clear();
  volume = volume_of(for_ever, observed);
  EXPECT_EQ(volume->stored, Bytes(6'000'000'000));
  EXPECT_FALSE(volume->retention);

  observed.objects = Partial<std::vector<ListedObject>>{objects, {}};
  EXPECT_FALSE(volume_of(desired, observed)) << "half a listing tells no volume";
}

TEST(Cost, IsWarnedOfAboveTheBudget) {
  Desired desired = worlds::desired();
  desired.budget_monthly_usd = 0.05;
  Observed observed = worlds::observed();
  const auto said = [&] {
    std::vector<std::string> out;
    for (const Note& note : plan(desired, observed).notes)
      if (note.address == "spec.budget") out.push_back(note.text);
    return out;
  };
  ASSERT_EQ(said().size(), 1u);
  EXPECT_NE(said().front().find("not known"), std::string::npos) << "there is no price list";
  observed.prices = PriceTable{.storage_gb_month = MicroUsd(10'000), .as_of = "2026-11"};
  EXPECT_TRUE(said().empty());
  observed.objects = Complete<std::vector<ListedObject>>{
      {{ObjectKey("data/a"), Bytes(1'000'000'000), "", worlds::kNow - kDay / 2}}};
  ASSERT_EQ(said().size(), 1u) << "14 days of 1 GB a day are $0.14";
  EXPECT_NE(said().front().find("$0.14 a month"), std::string::npos) << said().front();
  desired.budget_monthly_usd = 0.14;
  EXPECT_TRUE(said().empty()) << "up to the budget is within it";
  observed.objects = Unreadable{};
  EXPECT_EQ(said().size(), 1u);
}

TEST(PlanCounts, PaysRequestsOnceAndByTheirClassAndBytesEachMonth) {
  const Desired desired = worlds::desired(Strategy::kNone);
  Observed observed = worlds::observed();
  observed.prices = PriceTable{.storage_gb_month = MicroUsd(15'000)};
  observed.prices->requests[0].per_million = MicroUsd(1'000'000'000'000);  // $1,000,000 a million
  observed.prices->requests[1].per_million = MicroUsd(1'000'000);
  worlds::add(observed, worlds::file("a.parquet", "bytes"));
  const Plan planned = plan(desired, observed);
  ASSERT_EQ(planned.counts.upload, 1u);
  EXPECT_EQ(planned.counts.requests, 2u);
  EXPECT_EQ(planned.counts.monthly, price_of(planned.counts.upload_bytes, MicroUsd(15'000)));
  EXPECT_EQ(planned.counts.once, MicroUsd(1'000'001)) << "a PUT of class A and a HEAD of class B";
  for (int number = 1; number < 16; ++number)
    worlds::add(observed, worlds::file(std::to_string(number) + ".parquet", std::to_string(number)));
  EXPECT_EQ(plan(desired, observed).counts.requests, 16u + 1u) << "one listing shows them all";
}

}  // namespace
}  // namespace reconcile
