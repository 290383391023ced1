// Somebody takes the committed index away, the operator allows going on without it, and an older one takes
// its place: whatever it says about objects that were written since is checked with the objects themselves.

#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using namespace simulation;

// S2
TEST(LostIndex, AnOlderOneDoesNotPutOldDigestsBackUnderKeysThatWereUsedAgain) {
  Simulation simulation({});
  const auto publish = [&](const std::string& name, const std::string& content) {
    simulation.scrape(name, content);
    simulation.world.advance(Seconds(1200));
    simulation.pass();
  };
  publish("a.parquet", "one");
  publish("b.parquet", "bbb");
  const std::string key = (*simulation.committed_entries())[0].key.get();
  simulation.judged = false;  // what is taken away now was somebody's doing
  simulation.world.bucket.objects.erase(key);
  simulation.pass();
  publish("a.parquet", "two");
  simulation.world.bucket.objects.erase("i/00000004.json");
  simulation.world.bucket.objects.erase("i/00000003.json");
  ASSERT_FALSE(simulation.committed_entries());

  simulation.scrape("c.parquet", "ccc");
  simulation.world.advance(Seconds(1200));
  PassOptions options;
  options.apply.uploads.parallelism = 1;
  options.apply.allowances.add("lost-index");
  WritePorts ports = simulation.ports();
  const PassResult pass = run_pass(simulation.desired, simulation.site(), ports, options);
  ASSERT_TRUE(pass.report);
  const auto entries = simulation.committed_entries();
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->size(), 2u);
  for (const IndexEntry& entry : *entries)
    EXPECT_EQ(simulation.world.bucket.objects.at(entry.key.get()).sha256, entry.sha256) << entry.key.get();
}

}  // namespace
}  // namespace reconcile
