// The price lists that are shipped, at the worked example that this program grew from, and at the edges of
// each.

#include "reconciler/plan/cost.h"

#include <gtest/gtest.h>

#include "reconciler/engine/upload_pool.h"
#include "reconciler/plan/cost_counts.h"
#include "reconciler/s3/options.h"
#include "reconciler/s3/providers.h"

namespace reconcile {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

/// 100 GB stored, 50,000 PUT and 10,000 GET a day, 500 GB out a month; and none of this program's own
/// requests.
const Volume kExample{.stored = Bytes(100 * kGigabyte),
                      .puts_per_day = 50'000,
                      .gets_per_day = 10'000,
                      .egress_per_month = Bytes(500 * kGigabyte)};
const Habits kNoPasses{.cadence = Seconds(0)};

MicroUsd amount(const CostEstimate& cost, const std::string& name) {
  for (const CostItem& item : cost.items)
    if (item.name == name) return item.amount;
  return MicroUsd(-1);
}

std::uint64_t quantity(const CostEstimate& cost, const std::string& name) {
  for (const CostItem& item : cost.items)
    if (item.name == name) return item.quantity;
  return 0;
}

CostEstimate example(const PriceTable& prices) { return estimate_cost(kExample, kNoPasses, prices); }

TEST(CostExample, IsThreeDollarsSixtyOnR2) {
  const CostEstimate cost = example(s3::profile_of(Provider::kR2).prices);
  EXPECT_EQ(amount(cost, "storage"), MicroUsd(1'350'000)) << "10 GB of 100 are free";
  EXPECT_EQ(amount(cost, "uploads"), MicroUsd(2'250'000)) << "1.5 M of class A, of which 1 M are free";
  EXPECT_EQ(amount(cost, "downloads"), MicroUsd(0)) << "300,000 of class B, of which 10 M are free";
  EXPECT_EQ(amount(cost, "egress"), MicroUsd(0));
  EXPECT_EQ(cost.total, MicroUsd(3'600'000));
}

/// "$0-8" is what it says: $8.36 without any free tier; and its $0 takes 10 M requests of class A for free,
/// which are those of class B, and still leaves out that 100 GB are more than the free 10.
TEST(CostExample, ShowsWhereTheTutorialErrs) {
  PriceTable nothing_free = s3::profile_of(Provider::kR2).prices;
  nothing_free.free_storage = Bytes();
  for (RequestPrice& price : nothing_free.requests) price.free = 0;
  const CostEstimate upper = example(nothing_free);
  EXPECT_EQ(amount(upper, "storage"), MicroUsd(1'500'000));
  EXPECT_EQ(amount(upper, "uploads"), MicroUsd(6'750'000));
  EXPECT_EQ(amount(upper, "downloads"), MicroUsd(108'000)) << "its $0.11";
  EXPECT_EQ(upper.total, MicroUsd(8'358'000));

  PriceTable swapped = s3::profile_of(Provider::kR2).prices;
  std::swap(swapped.requests[0].free, swapped.requests[1].free);
  EXPECT_EQ(example(swapped).total, MicroUsd(1'350'000)) << "even so it would not be nothing";
}

TEST(CostExample, OnTheOthers) {
  // 90 GB, 300,000 - 75,000 reads, 470 GB.
  EXPECT_EQ(example(s3::profile_of(Provider::kB2).prices).total, MicroUsd(540'000 + 90'000 + 4'700'000));
  EXPECT_EQ(example(s3::profile_of(Provider::kAws).prices).total,
            MicroUsd(2'300'000 + 7'500'000 + 120'000 + 36'000'000));
  EXPECT_EQ(example(s3::profile_of(Provider::kWasabi).prices).total, MicroUsd(7'990'000))
      << "a terabyte at least";
}

/// What the script of the tutorial does not do: each pass lists what is there. At 700,000 objects that would
/// be more than all the rest; so only what can have changed is listed.
TEST(CostExample, WholeListingsWouldBeMostOfItAtSevenHundredThousandObjects) {
  Volume kept = kExample;
  kept.retention = Seconds(14 * 86'400);
  kept.objects = 14 * 50'000;
  const PriceTable& prices = s3::profile_of(Provider::kR2).prices;
  const CostEstimate whole = estimate_cost(kept, {.resync = Seconds(0)}, prices);
  EXPECT_GT(amount(whole, "listings"), MicroUsd(10'000'000));
  EXPECT_GT(2 * amount(whole, "listings").get(), whole.total.get());
  // 120 times 700 pages, else 77 of them: what came in 6 hours, and what leaves in 30.
  const CostEstimate cost = estimate_cost(kept, {}, prices);
  EXPECT_EQ(quantity(cost, "listings"), 120u * 701 + (2u * 2160 - 120) * 78);
  EXPECT_LT(amount(cost, "listings"), MicroUsd(2'000'000));
}

TEST(Prices, AreThereForFourProvidersAndDated) {
  for (const Provider provider : {Provider::kR2, Provider::kB2, Provider::kAws, Provider::kWasabi}) {
    const PriceTable& prices = s3::profile_of(provider).prices;
    EXPECT_EQ(prices.as_of.size(), 7u);
    EXPECT_GT(prices.storage_gb_month, MicroUsd(0));
  }
  for (const Provider provider : {Provider::kMinio, Provider::kCeph, Provider::kS3, Provider::kDirectory})
    EXPECT_TRUE(s3::profile_of(provider).prices.as_of.empty());
}

TEST(Prices, ArePrintedToTheCentOrAsSmallAsTheyAre) {
  EXPECT_EQ(print_usd(MicroUsd(3'600'000)), "$3.60");
  EXPECT_EQ(print_usd(MicroUsd(-510'000)), "-$0.51");
  EXPECT_EQ(print_usd(MicroUsd(1'005'000)), "$1.01") << "half a cent goes up";
  EXPECT_EQ(print_usd(MicroUsd(1'004'999)), "$1.00");
  EXPECT_EQ(print_usd(MicroUsd(4'200)), "$0.0042");
  EXPECT_EQ(print_usd(MicroUsd(1)), "$0.000001");
  EXPECT_EQ(print_usd(MicroUsd(0)), "$0.00");
}

TEST(Habits, CountAsUploadsAreMadeAndSeen) {
  EXPECT_EQ(Habits{}.multipart_above, s3::S3Options{}.multipart_threshold);
  EXPECT_EQ(Habits{}.part_size, s3::S3Options{}.part_size);
  EXPECT_EQ(kSeenTogether, UploadOptions{}.listed_together_min);
  EXPECT_EQ(kSettledMin, Site{}.settled_run_min);
  const Volume large{.puts_per_day = 1, .bytes_per_day = Bytes(65ull << 20)};
  const CostEstimate cost = estimate_cost(large, kNoPasses, {});
  EXPECT_EQ(cost.items.at(1).quantity, 30u * (1 + 9 + 1)) << "create, nine parts, complete";
}

}  // namespace
}  // namespace reconcile
