// The real planner and engine in a seeded world in which everything goes wrong. Judged by the world, never by
// a plan: a planner that does nothing must fail here. `reconcile simulate --seed N` replays a failure.

#include <gtest/gtest.h>

#include "reconciler/sim/simulate.h"

namespace reconcile::sim {
namespace {

std::string told(const SimulationResult& result) {
  std::string out = "seed " + std::to_string(result.seed) + ", " + result.where + " (" +
                    describe(result.scenario) + "): " + result.broken->promise + ": " + result.broken->what +
                    "\n";
  for (const ScheduledFault& fault : result.schedule)
    out += "  call " + std::to_string(fault.call) + " " + name_of(fault.kind) + " " + fault.where + "\n";
  return out;
}

constexpr std::uint64_t kSeeds = 2500;  ///< four times; ctest runs them side by side

class Seeds : public testing::TestWithParam<int> {};

TEST_P(Seeds, BreakNoPromise) {
  const SimulationFigures figures = simulate_many(static_cast<std::uint64_t>(GetParam()) * kSeeds, kSeeds, 1);
  EXPECT_FALSE(figures.broken) << told(shrink(*figures.broken, {}));
  EXPECT_EQ(figures.runs, kSeeds);
  EXPECT_LE(figures.worst_passes_to_converge, 3);
  EXPECT_GT(figures.restarts, kSeeds / 2) << "processes hardly died";
  for (std::size_t kind = 0; kind < kFaultKinds; ++kind)
    EXPECT_GT(figures.faults[kind], kSeeds / 100)
        << name_of(static_cast<FaultKind>(kind)) << " hardly happened";
  RecordProperty("passes", std::to_string(figures.passes));
}

INSTANTIATE_TEST_SUITE_P(Simulate, Seeds, testing::Range(0, 4));

TEST(Simulate, ASeedReplaysExactly) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const SimulationResult first = simulate(seed);
    const SimulationResult second = simulate(seed);
    EXPECT_EQ(first.trace, second.trace) << seed;
    EXPECT_EQ(first.published, second.published) << seed;
    // A schedule that is played back is the same as one that is drawn.
    const SimulationResult played = simulate(seed, {.schedule = first.schedule});
    EXPECT_EQ(first.trace, played.trace) << seed;
  }
  EXPECT_NE(simulate(1).trace, simulate(2).trace);
}

struct Way {
  const char* name;
  Strategy strategy;
  std::size_t inline_max = kIndexInlineMax;
  bool looped = false;
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

constexpr std::uint64_t kSeed = 1;

/// Some days of files and nothing that goes wrong.
SimulationOptions options_for(const Way& way) {
  Scenario scenario;
  scenario.strategy = way.strategy;
  scenario.inline_max = way.inline_max;
  scenario.looped = way.looped;
  scenario.steps = 4;
  scenario.pause_max = way.inline_max == kIndexInlineMax ? 1200 : 90'000;  // days are what makes parts
  scenario.raw_files = true;
  scenario.names_return = false;  // a file that still lies there keeps none from arriving
  return {.scenario = scenario, .schedule = std::vector<ScheduledFault>()};
}

class EveryCall : public testing::TestWithParam<Way> {};

// S10: a process that dies leaves what it wrote and forgets what it knew.
TEST_P(EveryCall, MayBeTheLastOfAProcess) {
  SimulationOptions options = options_for(GetParam());
  const SimulationResult quiet = simulate(kSeed, options);
  ASSERT_FALSE(quiet.broken) << told(quiet);
  ASSERT_GE(quiet.published.size(), 3u);
  ASSERT_GE(quiet.calls, 60u);
  for (const FaultKind kind : {FaultKind::kKillBefore, FaultKind::kKillAfter})
    for (std::uint64_t call = 1; call <= quiet.calls; ++call) {
      options.schedule = {{call, kind}};
      const SimulationResult result = simulate(kSeed, options);
      ASSERT_FALSE(result.broken) << told(result);
      ASSERT_EQ(result.restarts, 1u);
      ASSERT_EQ(result.published, quiet.published) << name_of(kind) << " " << result.schedule.at(0).where;
    }
}

// S4: a listing that lags some writes behind is complete, and still no proof that an object is gone.
TEST_P(EveryCall, AListingThatLagsForgetsNothing) {
  SimulationOptions options = options_for(GetParam());
  const SimulationResult quiet = simulate(kSeed, options);
  std::uint64_t lagged = 0;
  for (std::uint64_t call = 1; call <= quiet.calls; ++call) {
    options.schedule = {{call, FaultKind::kStaleList, 3}};
    const SimulationResult result = simulate(kSeed, options);
    ASSERT_FALSE(result.broken) << told(result);
    ASSERT_EQ(result.published, quiet.published);
    lagged += result.schedule.size();
  }
  EXPECT_GE(lagged, 4u);
}

INSTANTIATE_TEST_SUITE_P(Simulate, EveryCall,
                         testing::Values(Way{"Index", Strategy::kIndex},
                                         Way{"IndexInParts", Strategy::kIndex, 2},
                                         Way{"IndexInPartsLooped", Strategy::kIndex, 2, true},
                                         Way{"ContentAddressed", Strategy::kContentAddressed},
                                         Way{"ContentAddressedInParts", Strategy::kContentAddressed, 2},
                                         Way{"TwoField", Strategy::kTwoField},
                                         Way{"TwoFieldInParts", Strategy::kTwoField, 2},
                                         Way{"StaticPointer", Strategy::kStaticPointer},
                                         Way{"StaticPointerInParts", Strategy::kStaticPointer, 2},
                                         Way{"LastFile", Strategy::kLastFile}, Way{"None", Strategy::kNone}),
                         [](const auto& way) { return std::string(way.param.name); });

TEST(Simulate, AShrunkScheduleStillBreaksTheSamePromiseAndHoldsNothingThatCanGo) {
  // An engine that takes an unknown outcome for "nothing happened" and tries again.
  class Retries final : public Disguise, public Chain {
   public:
    WritePorts wear(const WritePorts& real) override {
      inner_ = real.chain;
      WritePorts out{real.store,  inner_ ? this : nullptr,
                     real.buffer, real.journal,
                     real.clock,  real.readers,
                     real.events, real.checker,
                     real.signer};
      return out;
    }
    Result<ChainView> observe(const Account& account) override { return inner_->observe(account); }
    Result<Inclusion> commit(const Account& account, const Commitment& commitment) override {
      Result<Inclusion> done = inner_->commit(account, commitment);
      if (!done && done.error().fault == Fault::kUnknownOutcome) return inner_->commit(account, commitment);
      return done;
    }

   private:
    Chain* inner_ = nullptr;
  };
  const SimulationOptions options{.disguise = [](World&) { return std::make_unique<Retries>(); }};
  const SimulationFigures figures = simulate_many(0, 2000, 2, options);
  ASSERT_TRUE(figures.broken);
  const SimulationResult shrunk = shrink(*figures.broken, options);
  ASSERT_TRUE(shrunk.broken);
  EXPECT_EQ(shrunk.broken->promise, "S7");
  EXPECT_LE(shrunk.schedule.size(), 3u) << told(shrunk);
}

}  // namespace
}  // namespace reconcile::sim
