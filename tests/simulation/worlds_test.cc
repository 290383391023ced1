// The simulator itself under the sanitizers, on some worlds; tests/seeds runs ten thousand without.

#include <gtest/gtest.h>

#include "reconciler/sim/simulate.h"

namespace reconcile::sim {
namespace {

TEST(Worlds, SomeRunInTheLoopAndSomePassByPass) {
  int looped = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) looped += scenario_of(seed).looped;
  EXPECT_GT(looped, 35);
  EXPECT_LT(looped, 90);
}

TEST(Worlds, SomeSeedsBreakNoPromiseUnderTheSanitizers) {
  const SimulationFigures figures = simulate_many(0, 60, 2);
  EXPECT_FALSE(figures.broken) << "reconcile simulate --seed " << figures.broken->seed << ": "
                               << figures.broken->broken->what;
  EXPECT_EQ(figures.runs, 60u);
}

struct Found {
  std::uint64_t seed;
  const char* what;
  bool looped = false;  ///< worlds were found before the loop was among them
};
void PrintTo(const Found& found, std::ostream* out) { *out << found.what; }

class FoundBefore : public testing::TestWithParam<Found> {};

// Worlds that once broke a promise, or the judge.
TEST_P(FoundBefore, BreaksNoPromise) {
  Scenario scenario = scenario_of(GetParam().seed);
  scenario.looped = GetParam().looped;
  const SimulationResult result = simulate(GetParam().seed, {.scenario = scenario});
  EXPECT_FALSE(result.broken) << result.broken->promise << ": " << result.broken->what;
}

INSTANTIATE_TEST_SUITE_P(Worlds, FoundBefore,
                         testing::Values(Found{11112, "AtRestTwoCommitsWantTheBytesOfOneEpoch"},
                                         Found{75917, "OthersPutBytesOfTheSameLengthWhereOneOfOursWas"},
                                         Found{182234,
                                               "OthersPutBytesOfTheSameLengthWhereOneOfOursIsPutNext"},
                                         Found{131873, "TheJournalIsLostBetweenTheCountAndTheDeletion"},
                                         Found{99118, "AListingIsFromBeforeARenewal"},
                                         Found{112616, "TheMarginGrowsAfterItHadConverged"},
                                         Found{197976, "AnObjectIsOlderThanItsEntry"},
                                         Found{26238, "AnIndexForkedOffBeforeTheOneThatWasFollowed"},
                                         Found{162927, "TheAgeOfAnObjectCannotBeAsked"},
                                         Found{166943, "AtRestOneObjectsTimeComesAfterTheOthers"},
                                         Found{212433, "AtRestOneObjectGoesAfterTheOthers"},
                                         Found{841528, "AKeyHadOtherBytesWhenTheIndexWasWritten"},
                                         Found{732869, "AFreeKeyIsGivenToOthersWhileTheChainIsAway", true},
                                         Found{10629, "APartIsReplacedJustBeforeThePointerToIt", true}),
                         [](const auto& found) { return std::string(found.param.what); });

}  // namespace
}  // namespace reconcile::sim
