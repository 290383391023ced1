// Worlds in which nothing fails: how often is committed, and what readers meet while objects expire.

#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using namespace simulation;

TEST(Simulation, AStaticPointerIsCommittedOnceAndReadersStillSeeEveryFile) {
  Simulation simulation({}, {"pointer", Strategy::kStaticPointer});
  for (int i = 0; i < 5; ++i) {
    simulation.scrape("f" + std::to_string(i) + ".parquet", "content " + std::to_string(i));
    simulation.world.advance(Seconds(1200));
    simulation.pass();
    EXPECT_EQ(simulation.committed_entries()->size(), static_cast<std::size_t>(i) + 1);
  }
  EXPECT_EQ(simulation.world.chain.included.size(), 1u);
  EXPECT_TRUE(simulation.world.folder.files.empty());
}

TEST(Simulation, CommitsOncePerChangeWhenNothingFails) {
  Simulation simulation({});
  for (int i = 0; i < 5; ++i) {
    simulation.scrape("f" + std::to_string(i) + ".parquet", "content " + std::to_string(i));
    simulation.world.advance(Seconds(1200));
    simulation.pass();
    simulation.pass();
  }
  EXPECT_EQ(simulation.world.chain.included.size(), 5u);
}

TEST(Simulation, AReaderWhoFollowsTheCommitmentNeverMeetsA404WhileObjectsExpire) {
  sim::WorldOptions options;
  options.store.lifecycle_enforced = true;
  Simulation simulation(options);
  for (int day = 0; day < 40; ++day) {
    simulation.scrape("d" + std::to_string(day) + ".parquet", "day " + std::to_string(day));
    for (int pass = 0; pass < 4; ++pass) {
      simulation.world.advance(Seconds(6 * 3600));
      simulation.pass();
      const std::optional<std::vector<IndexEntry>> entries = simulation.committed_entries();
      if (!entries) continue;
      for (const IndexEntry& entry : *entries)
        ASSERT_TRUE(simulation.world.bucket.objects.contains(entry.key.get()))
            << "day " << day << ": " << entry.key.get();
    }
  }
  EXPECT_FALSE(simulation.world.bucket.expired.empty())
      << "the provider's lifecycle never ran: nothing was proved";
}

// A change that comes late in an epoch waits for the chain's bytes, and for nothing else.
TEST(Simulation, ACommitThatTheEpochHasNoBytesForIsMadeInTheNext) {
  sim::WorldOptions options;
  options.epoch_bytes_max = 300;
  Simulation simulation(options);
  simulation.scrape("a.parquet", "one");
  simulation.world.advance(Seconds(1200));
  simulation.pass();
  simulation.scrape("b.parquet", "two");
  simulation.world.advance(Seconds(60));
  const PassResult deferred = simulation.pass();
  ASSERT_EQ(deferred.plan.refusals.size(), 1u);
  EXPECT_EQ(deferred.plan.refusals[0].error.fault, Fault::kQuota);
  EXPECT_EQ(simulation.world.chain.included.size(), 1u);
  EXPECT_TRUE(simulation.world.folder.files.contains("b.parquet"));

  simulation.world.advance(static_cast<std::int64_t>(options.epoch_blocks) * options.block_time);
  settle(simulation, 3);
  EXPECT_EQ(simulation.committed_entries()->size(), 2u);
}

}  // namespace
}  // namespace reconcile
