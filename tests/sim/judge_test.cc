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

/// A program that has converged with the margin of its manifest, and one object that its commitment names.
struct Converged {
  explicit Converged(Seconds margin, bool may_read_rules = true) {
    desired.name = "sim";
    desired.bucket.lifecycle.expiry_margin = margin;
    const std::string content = "x";
    const Sha256 sha256 = sha256_of(std::string_view(content));
    object = {std::make_shared<const std::string>(content),
              sha256,
              "",
              {{"sha256", to_hex(sha256)}, {kPublicationMetadata, "sim"}},
              world.now};
    world.bucket.objects[key] = object;
    const std::string text = to_base64url(ByteView(sha256.get())) + "|https://sim.invalid/" + key;
    world.chain.included.push_back({world.finalized_block(), account, {{raw(text)}}});
    judge.pass_begins(desired, false);
    judge.observes_chain();
    if (may_read_rules) judge.reads_rules();
    judge.pass_ends(true);
  }

  void provider_expires_after(Seconds wait) {
    world.advance(wait);
    judge.pass_begins(desired, false);
    judge.departs(key, object, true);
  }

  void somebody_commits_the_same() {
    WorldChain::Entry later = world.chain.included.back();
    later.block = world.head_block() + 1;
    later.commitment.fields.push_back(raw("and more"));
    later.commitment.fields.erase(later.commitment.fields.begin() + 1);
    world.chain.included.push_back(later);
  }

  static Field raw(const std::string& text) {
    const ByteView bytes = view_of(text);
    return {Field::Kind::kRaw, ByteVector(bytes.begin(), bytes.end())};
  }

  World world{{}};
  Account account{13, "5Hotkey"};
  Judge judge{world, Strategy::kLastFile, account, "sim"};
  Desired desired;
  std::string key = "data/x";
  WorldObject object;
};

TEST(Judge, BlamesAnExpiryWithinTheMarginOfWhatHadConverged) {
  Converged court(std::chrono::hours(24));
  court.provider_expires_after(std::chrono::hours(20));
  ASSERT_TRUE(court.judge.broken());
  EXPECT_EQ(court.judge.broken()->promise, "S3");
}

TEST(Judge, BlamesNobodyForRulesThatHeMayNotRead) {
  Converged court(std::chrono::hours(24), false);
  court.provider_expires_after(std::chrono::hours(20));
  EXPECT_FALSE(court.judge.broken()) << court.judge.broken()->what;
}

TEST(Judge, BlamesNobodyForACommitmentThatCameAfterHisLastLook) {
  Converged court(std::chrono::hours(24));
  court.somebody_commits_the_same();
  court.provider_expires_after(std::chrono::hours(20));
  EXPECT_FALSE(court.judge.broken()) << court.judge.broken()->what;
}

TEST(Judge, AsksForNoMoreThanTheMarginThatHeldThen) {
  Converged court(std::chrono::hours(24));
  court.desired.bucket.lifecycle.expiry_margin = std::chrono::hours(48);
  court.provider_expires_after(std::chrono::hours(30));
  EXPECT_FALSE(court.judge.broken()) << court.judge.broken()->what;
}

}  // namespace
}  // namespace reconcile::sim
