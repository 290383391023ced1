// The judge itself: where it looks away it must have a reason, and look away no further than that.

#include "reconciler/sim/judge.h"

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"

namespace reconcile::sim {
namespace {

/// Objects of a publication whose guards allow two deletions.
struct Court {
  Court() {
    desired.name = "sim";
    desired.guards.max_deletes = 2;
    judge.pass_begins(desired, false);
  }

  /// An object that nothing names goes by the program's hand.
  void program_deletes() {
    const std::string key = "data/" + std::to_string(++objects);
    world.bucket.objects[key] = {std::make_shared<const std::string>("x"),
                                 sha256_of(std::string_view("x")),
                                 "",
                                 {{kPublicationMetadata, "sim"}},
                                 world.now};
    judge.removes(key);
    world.bucket.objects.erase(key);
  }

  void next_pass() {
    world.advance(Seconds(600));
    judge.pass_begins(desired, false);
  }

  World world{{}};
  Judge judge{world, Strategy::kNone, Account{13, "5Hotkey"}, "sim"};
  Desired desired;
  int objects = 0;
};

TEST(Judge, CountsDeletionsOfADayOverAllPasses) {
  Court court;
  for (int i = 0; i < 2; ++i) {
    court.program_deletes();
    court.next_pass();
  }
  EXPECT_FALSE(court.judge.broken());
  court.program_deletes();
  ASSERT_TRUE(court.judge.broken());
  EXPECT_EQ(court.judge.broken()->promise, "S6");
}

TEST(Judge, ALostJournalTakesItsCountWithItThatOfTheDeletionAtHandIncluded) {
  Court court;
  court.program_deletes();
  court.judge.journal_is_lost();  // between the count and the deletion
  court.program_deletes();
  for (int i = 0; i < 2; ++i) {
    court.next_pass();
    court.program_deletes();
  }
  EXPECT_FALSE(court.judge.broken()) << court.judge.broken()->what;
  court.next_pass();
  court.program_deletes();
  EXPECT_TRUE(court.judge.broken()) << "the new journal counts as well";
}

TEST(Judge, ALostJournalExcusesNoPassThatGoesOverTheWholeLimit) {
  Court court;
  court.program_deletes();
  court.program_deletes();
  court.judge.journal_is_lost();
  court.program_deletes();
  EXPECT_TRUE(court.judge.broken());
}

}  // namespace
}  // namespace reconcile::sim
