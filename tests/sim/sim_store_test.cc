// What is special about the simulated bucket; what it shares with every store is in tests/contract.

#include "reconciler/sim/sim_store.h"

#include <gmock/gmock.h>

#include "reconciler/sim/sim_clock.h"

namespace reconcile::sim {
namespace {

constexpr int kCalls = 400;

PutOptions nothing() { return {}; }

/// Outcome of every one of many puts, as fault names.
std::vector<std::string> outcomes(std::uint64_t seed, const Faults& faults) {
  World world({.seed = seed, .faults = faults});
  SimStore store(world);
  world.bucket.exists = true;
  std::vector<std::string> out;
  for (int i = 0; i < kCalls; ++i) {
    const Result<PutReceipt> put = store.put(ObjectKey(std::to_string(i)), body_of("x"), nothing());
    out.push_back(put ? "ok" : name_of(put.error().fault));
  }
  return out;
}

TEST(Random, GivesThePublishedNumbers) {
  // splitmix64 from seed 1234567, as listed in rosettacode.org "Pseudo-random numbers/Splitmix64".
  Random random(1234567);
  for (const std::uint64_t expected :
       {6457827717110365317ull, 3203168211198807973ull, 9817491932198370423ull, 4593380528125082431ull})
    EXPECT_EQ(random.next(), expected);
}

TEST(SimStore, ReplaysExactlyUnderOneSeed) {
  const Faults faults{.fail_before = 20, .fail_after = 20, .throttle = 10};
  EXPECT_EQ(outcomes(7, faults), outcomes(7, faults));
  EXPECT_NE(outcomes(7, faults), outcomes(8, faults));
}

TEST(SimStore, TellsTheTruthAboutWhetherAFailureTookEffect) {
  World world({.faults = {.fail_before = 30, .fail_after = 30, .throttle = 10}});
  SimStore store(world);
  world.bucket.exists = true;
  std::map<std::string, int> seen;
  for (int i = 0; i < kCalls; ++i) {
    const std::string key = std::to_string(i);
    const Result<PutReceipt> put = store.put(ObjectKey(key), body_of("x"), nothing());
    const bool there = world.bucket.objects.contains(key);
    ++seen[put ? "ok" : name_of(put.error().fault)];
    const bool landed = put || put.error().fault == Fault::kUnknownOutcome;
    EXPECT_EQ(there, landed) << key;
  }
  for (const Fault fault : {Fault::kTransient, Fault::kQuota, Fault::kUnknownOutcome})
    EXPECT_GT(seen[name_of(fault)], 10) << name_of(fault);
  EXPECT_GT(seen["ok"], 10);
}

TEST(SimStore, BreaksListingsOffWithAnErrorNeverSilently) {
  World world({.faults = {.truncate_list = 50}, .page_keys = 3});
  SimStore store(world);
  world.bucket.exists = true;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(store.put(ObjectKey(std::to_string(i)), body_of("x"), nothing()));
  int broken = 0, whole = 0, partly = 0;
  for (int i = 0; i < kCalls; ++i) {
    std::size_t keys = 0;
    const Result<void> listed = store.list("", "", [&](std::vector<ListedObject>&& page) {
      EXPECT_LE(page.size(), 3u);
      keys += page.size();
      return true;
    });
    listed ? ++whole : ++broken;
    if (!listed && keys > 0 && keys < 10) ++partly;
    EXPECT_TRUE(!listed || keys == 10);
  }
  EXPECT_GT(broken, 50);
  EXPECT_GT(partly, 20);
  EXPECT_GT(whole, 50);
}

TEST(SimStore, ShowsTheBucketBeforeItsLastWriteWhenStale) {
  World world({.faults = {.stale_read = 100}});
  SimStore store(world);
  world.bucket.exists = true;
  ASSERT_TRUE(store.put(ObjectKey("a"), body_of("one"), nothing()));
  EXPECT_FALSE(store.head(ObjectKey("a")).value());
  ASSERT_TRUE(store.put(ObjectKey("a"), body_of("two"), nothing()));
  EXPECT_EQ(store.get(ObjectKey("a"), Bytes(10)).value(), "one");
  ASSERT_TRUE(store.remove(ObjectKey("a")));
  EXPECT_TRUE(store.head(ObjectKey("a")).value());
  std::size_t keys = 0;
  ASSERT_TRUE(
      store.list("", "", [&](std::vector<ListedObject>&& page) { return (keys += page.size()) > 0; }));
  EXPECT_EQ(keys, 1u);
}

TEST(SimStore, RecordsEveryCallAndWhatTheCallerWasTold) {
  World world({});
  SimStore store(world);
  EXPECT_FALSE(store.head(ObjectKey("k")));
  ASSERT_TRUE(store.create_bucket());
  ASSERT_TRUE(store.put(ObjectKey("k"), body_of("x"), nothing()));
  ASSERT_TRUE(store.head(ObjectKey("k")));
  ASSERT_EQ(world.calls.size(), 4u);
  EXPECT_EQ(world.calls[0].fault, Fault::kNotFound);
  EXPECT_EQ(world.calls[3].method, "head");
  EXPECT_FALSE(world.calls[3].fault);
  const std::vector<Call> writes = world.writes();
  ASSERT_EQ(writes.size(), 2u);
  EXPECT_EQ(writes[1].method + " " + writes[1].subject, "put k");
  world.forget_calls();
  EXPECT_TRUE(world.writes().empty());
}

TEST(SimStore, ExpiresByItsRulesWhenTimeComes) {
  World world({});
  SimStore store(world);
  world.bucket.exists = true;
  LiveRule rule;
  rule.rule = {"r", "data/", Seconds(14 * 86400), std::nullopt};
  LiveRule off = rule;
  off.rule.id = "off";
  off.rule.prefix = "i/";
  off.enabled = false;
  ASSERT_TRUE(store.set_lifecycle({{rule, off}}));
  ASSERT_TRUE(store.put(ObjectKey("data/a"), body_of("x"), nothing()));
  ASSERT_TRUE(store.put(ObjectKey("i/a"), body_of("x"), nothing()));
  world.advance(Seconds(14 * 86400 - 1));
  EXPECT_EQ(world.bucket.objects.size(), 2u);
  ASSERT_TRUE(store.put(ObjectKey("data/young"), body_of("x"), nothing()));
  world.advance(Seconds(1));
  EXPECT_THAT(world.bucket.expired, testing::ElementsAre("data/a"));
  EXPECT_EQ(world.bucket.objects.size(), 2u);
}

TEST(SimStore, LeavesExpiryToOthersWhereNobodyEnforcesIt) {
  World world({.store = {.lifecycle_enforced = false}});
  SimStore store(world);
  world.bucket.exists = true;
  LiveRule rule;
  rule.rule = {"r", "", Seconds(86400), std::nullopt};
  ASSERT_TRUE(store.set_lifecycle({{rule}}));
  ASSERT_TRUE(store.put(ObjectKey("a"), body_of("x"), nothing()));
  world.advance(Seconds(10 * 86400));
  EXPECT_EQ(world.bucket.objects.size(), 1u);
}

TEST(SimPublicReader, FetchesWhatTheStoreNames) {
  World world({});
  SimStore store(world);
  SimPublicReader reader(world);
  world.bucket.exists = true;
  ASSERT_TRUE(store.put(ObjectKey("a b/ü"), body_of("content"), nothing()));
  EXPECT_EQ(reader.fetch(store.public_url(ObjectKey("a b/ü")), Bytes(10)).value(), "content");
  EXPECT_EQ(reader.fetch(store.public_url(ObjectKey("other")), Bytes(10)).error().fault, Fault::kNotFound);
  EXPECT_EQ(reader.fetch(store.public_url(ObjectKey("a b/ü")), Bytes(6)).error().fault, Fault::kInvalidInput);
}

TEST(SimClock, TurnsOnlyByHandAndStandsStillOnceStopped) {
  World world({});
  SimClock clock(world);
  const Instant start = clock.now();
  clock.sleep_for(Seconds(90));
  EXPECT_EQ(clock.now() - start, Seconds(90));
  world.ask_to_stop();
  clock.sleep_for(Seconds(90));
  EXPECT_EQ(clock.now() - start, Seconds(90));
  EXPECT_TRUE(clock.stopping());
}

}  // namespace
}  // namespace reconcile::sim
