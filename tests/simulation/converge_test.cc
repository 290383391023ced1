// The real planner and engine in a seeded world with faults. Judged by the world, never by a plan: a planner
// that does nothing must fail here. A failing seed is printed; it replays exactly.

#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using namespace simulation;

sim::WorldOptions options_for(std::uint64_t seed) {
  sim::WorldOptions out;
  out.seed = seed;
  sim::Random random(seed ^ 0x9e3779b97f4a7c15ull);
  const auto upto = [&](std::uint64_t most) { return static_cast<int>(random.below(most + 1)); };
  out.faults = {.fail_before = upto(20),
                .fail_after = upto(20),
                .throttle = upto(10),
                .truncate_list = upto(30),
                .stale_read = 0,
                .drop_extrinsic = upto(30),
                .lose_extrinsic = upto(30)};
  out.page_keys = 1 + random.below(5);
  return out;
}

/// last-file without acceptOverwrite publishes one file a pass.
int passes_for(const Simulation& simulation) {
  const bool in_turn = simulation.way.strategy == Strategy::kLastFile;
  return 3 + (in_turn ? static_cast<int>(simulation.world.folder.files.size()) : 0);
}

std::size_t one_seed(std::uint64_t seed, const Way& way) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Simulation simulation(options_for(seed), way);
  sim::Random script(seed);
  const std::uint64_t pause = way.inline_max < kIndexInlineMax ? 60'000 : 1200;  // days are what makes parts
  for (int step = 0; step < 12; ++step) {
    const std::uint64_t files = script.below(3);
    for (std::uint64_t i = 0; i < files; ++i) {
      const std::string name = "f" + std::to_string(script.below(6)) + ".parquet";
      if (simulation.world.folder.files.contains(name))
        continue;  // a scraper does not write over a finished file
      simulation.scrape(name, "content " + std::to_string(script.next()));
    }
    simulation.world.advance(Seconds(60 + static_cast<std::int64_t>(script.below(pause))));
    if (script.roll(10)) simulation.journal = {};
    simulation.pass();
    if (::testing::Test::HasFatalFailure()) return 0;
  }
  // L1: faults stop, the world stops changing: converged within 3 passes, and stays so.
  simulation.world.options.faults = {};
  simulation.world.advance(Seconds(3600));
  settle(simulation, passes_for(simulation));
  return simulation.most_parts;
}

class EveryWay : public ::testing::TestWithParam<Way> {};

TEST_P(EveryWay, ConvergesWithoutLossUnderFaultsForEverySeed) {
  std::size_t most_parts = 0;
  const std::uint64_t seeds = GetParam().name == std::string("Index") ? 100 : 40;
  for (std::uint64_t seed = 0; seed < seeds && !HasFailure(); ++seed)
    most_parts = std::max(most_parts, one_seed(seed, GetParam()));
  if (GetParam().inline_max < kIndexInlineMax) {
    EXPECT_GE(most_parts, 3u) << "parts were hardly at work";
  }
}

struct Killed {};

/// Everything that a pass asks of the bucket and the chain, where it may be killed before and after.
std::vector<std::pair<std::string, std::uint64_t>> boundaries_of(const sim::FaultScript& script) {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (const char* method : {"put", "head", "get", "list", "commit", "observe"})
    for (std::uint64_t nth = 1; nth <= script.count(method); ++nth) out.emplace_back(method, nth);
  return out;
}

/// Some days of files, the last of them still in the buffer.
void some_history(Simulation& simulation) {
  for (int day = 0; day < 3; ++day) {
    for (int i = 0; i < 2; ++i)
      simulation.scrape("d" + std::to_string(day) + std::to_string(i) + ".parquet",
                        "day " + std::to_string(day) + " file " + std::to_string(i));
    simulation.world.advance(Seconds(std::chrono::days(1)));
    if (day < 2)
      for (int i = 0; i < 2; ++i) simulation.pass();
  }
}

// S10. A process that is killed leaves what it wrote and forgets what it knew.
TEST_P(EveryWay, SurvivesBeingKilledAtEveryCall) {
  const auto run = [&](sim::FaultScript& script, bool expect_death) {
    Simulation simulation({}, GetParam());
    sim::FaultyStore store(simulation.store, script);
    sim::FaultyChain chain(simulation.chain, script);
    some_history(simulation);
    const std::size_t commits_before = simulation.world.chain.included.size();
    simulation.store_in_use = &store;
    simulation.chain_in_use = &chain;
    bool died = false;
    try {
      simulation.pass();
    } catch (const Killed&) {
      died = true;
    }
    EXPECT_EQ(died, expect_death);
    simulation.store_in_use = &simulation.store;
    simulation.chain_in_use = &simulation.chain;
    simulation.world.advance(Seconds(1200));
    settle(simulation, 4);
    const bool once_a_change =
        has_index(simulation.desired) && GetParam().strategy != Strategy::kStaticPointer;
    if (once_a_change) {
      EXPECT_EQ(simulation.world.chain.included.size(), commits_before + 1) << "committed once";
    } else if (GetParam().strategy == Strategy::kStaticPointer) {
      EXPECT_EQ(simulation.world.chain.included.size(), 1u) << "committed once and for all";
    }
  };
  sim::FaultScript quiet;
  run(quiet, false);
  const auto boundaries = boundaries_of(quiet);
  EXPECT_GE(boundaries.size(), 5u);
  for (const auto& [method, nth] : boundaries)
    for (const auto when : {sim::FaultScript::When::kBefore, sim::FaultScript::When::kAfter}) {
      SCOPED_TRACE(method + " " + std::to_string(nth) +
                   (when == sim::FaultScript::When::kBefore ? " before" : " after"));
      sim::FaultScript script;
      script.at(method, nth, when, [] { throw Killed{}; });
      run(script, true);
      if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, EveryWay,
    ::testing::Values(Way{"Index", Strategy::kIndex}, Way{"IndexInParts", Strategy::kIndex, 2},
                      Way{"ContentAddressed", Strategy::kContentAddressed},
                      Way{"ContentAddressedInParts", Strategy::kContentAddressed, 2},
                      Way{"TwoField", Strategy::kTwoField}, Way{"TwoFieldInParts", Strategy::kTwoField, 2},
                      Way{"StaticPointer", Strategy::kStaticPointer},
                      Way{"StaticPointerInParts", Strategy::kStaticPointer, 2},
                      Way{"LastFile", Strategy::kLastFile}, Way{"None", Strategy::kNone}),
    [](const auto& way) { return std::string(way.param.name); });

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

}  // namespace
}  // namespace reconcile
