// Passes of the continuous mode between two whole listings.

#include "tests/engine/publication.h"

#include "reconciler/engine/settled.h"

namespace reconcile::testing_world {
namespace {

using std::chrono::hours;

class Resync : public ::testing::Test {
 protected:
  Resync() {
    p.site.swept = &swept;
    p.site.settled_run_min = 2;
    for (const char* name : {"a.bin", "b.bin", "c.bin", "d.bin", "e.bin"}) p.write(name, name);
    EXPECT_TRUE(p.pass().report->converged);
    later(Seconds(60));
    EXPECT_TRUE(p.pass().plan.empty());  // the first that sees all of it, put a while ago
    later(Seconds(60));
  }
  void later(Seconds time) { p.clock.ahead += time; }
  Path object(const std::string& name) const {
    for (const auto& each : std::filesystem::recursive_directory_iterator(p.folder / "bucket"))
      if (each.path().filename() == name) return each.path();
    ADD_FAILURE() << name;
    return {};
  }

  Publication p;
  Swept swept;
};

TEST_F(Resync, APassThatChangesNothingListsOnlyWhatIsNotSettled) {
  const PassResult result = p.pass();
  EXPECT_TRUE(result.plan.empty());
  const DomainSummary& bucket = result.plan.domains.at(0);
  EXPECT_EQ(bucket.count, 5u) << "all are accounted for";
  EXPECT_NE(bucket.detail.find("5 as listed at "), std::string::npos) << bucket.detail;
  EXPECT_EQ(bucket.completeness, "complete");
}

TEST_F(Resync, ANewFileIsPublishedBetweenTwoWholeListings) {
  p.write("f.bin", "new");
  const PassResult result = p.pass();
  EXPECT_TRUE(result.report->converged);
  EXPECT_EQ(result.sight.stored->objects, 6u);
  later(Seconds(60));
  EXPECT_TRUE(p.pass().plan.empty());
}

TEST_F(Resync, AFileWhoseKeyIsTakenIsSeenToBe) {
  p.write("c.bin", "other bytes of that name");
  const PassResult result = p.pass();
  EXPECT_TRUE(result.report->converged);
  EXPECT_EQ(result.sight.stored->objects, 6u) << "under another key";
}

TEST_F(Resync, WhatSomebodyDeletesIsMissedAtTheNextWholeListing) {
  std::filesystem::remove(object("c.bin"));
  EXPECT_TRUE(p.pass().plan.empty()) << "not looked at";
  later(hours(6));
  const PassResult swept_again = p.pass();
  ASSERT_FALSE(swept_again.plan.empty());
  EXPECT_TRUE(swept_again.report->converged);
  later(Seconds(60));
  EXPECT_TRUE(p.pass().plan.empty());
}

TEST_F(Resync, WhatWasFoundMissingStaysMissingUntilTheIndexIsRight) {
  std::filesystem::remove(object("c.bin"));
  later(hours(6));
  p.desired.mode = Mode::kPlan;  // nobody acts on it
  EXPECT_FALSE(p.pass().plan.empty());
  EXPECT_FALSE(p.pass().plan.empty()) << "forgotten by the pass after";
}

TEST_F(Resync, AnotherIndexThanTheOneThatWasSeenNeedsAWholeListing) {
  swept.index = Sha256();
  EXPECT_EQ(p.pass().plan.domains.at(0).detail, "");
  EXPECT_NE(swept.index, Sha256()) << "and is remembered anew";
}

TEST_F(Resync, AShortMarginShortensIt) {
  p.desired.bucket.lifecycle.expiry_margin = hours(2);
  std::filesystem::remove(object("c.bin"));
  later(Seconds(3600));
  EXPECT_FALSE(p.pass().plan.empty());
}

TEST_F(Resync, ZeroListsTheWholeBucketInEachPass) {
  p.desired.bucket.resync = Seconds(0);
  std::filesystem::remove(object("c.bin"));
  EXPECT_FALSE(p.pass().plan.empty());
}

TEST_F(Resync, AClockThatWasTurnedBackNeedsAWholeListing) {
  std::filesystem::remove(object("c.bin"));
  later(-hours(1));
  EXPECT_FALSE(p.pass().plan.empty());
}

}  // namespace
}  // namespace reconcile::testing_world
