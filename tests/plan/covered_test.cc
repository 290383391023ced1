// Which files count as published. A file that does is released, so what says so must still be true
// afterwards.

#include "tests/plan/worlds.h"

#include <gtest/gtest.h>

#include "reconciler/plan/plan.h"

namespace reconcile {
namespace {

using namespace worlds;

constexpr Seconds kNearly = std::chrono::days(13) + Seconds(60);

// A process that died between putting the bytes again and writing the index leaves a young object under an
// entry that is about to leave the index.
TEST(Covered, NotByAnEntryThatIsAboutToLeave) {
  Observed world = observed();
  add(world, file("a.parquet", "one", kNearly));
  put(world, "data/2026/11/09/a.parquet", "one");
  commit(world, {entry("data/2026/11/09/a.parquet", "one", kNearly)});
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u) << refusals_of(p);
  ASSERT_EQ(steps_of<WriteIndex>(p)[0]->index.objects.size(), 1u);
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->index.objects[0].time, kNow);
  EXPECT_EQ(steps_of<UploadFile>(p).at(0)->already_there, true);
  EXPECT_EQ(steps_of<ReleaseFile>(p).size(), 1u);
}

TEST(Covered, NotByAnUnfinishedIndexWhoseEntryIsAboutToLeave) {
  const std::string key = "data/2026/11/09/a.parquet";
  Observed world = observed();
  add(world, file("a.parquet", "one", kNearly));
  put(world, key, "one", kNearly);
  commit(world, {entry(key, "one", kNearly)});
  IndexFile pending = **if_complete(world.base_index);
  pending.index.seq = 8;
  pending.index.prev = pending.sha256;
  pending.key = index_key(kIndexPrefix, 8);
  world.pending_index = pending;
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u) << refusals_of(p);
  EXPECT_FALSE(steps_of<WriteIndex>(p)[0]->already_there) << "it would leave again in the next pass, unnamed";
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->index.objects.at(0).time, kNow);
}

TEST(Covered, NotByAnEntryThatAnUnfinishedIndexContradicts) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  put(world, kKey, "one");
  commit(world, {entry(kKey, "one")});
  world.unfinished = {entry(kKey, "three")};
  const Plan p = plan(desired(), world);
  EXPECT_EQ(steps_of<ReleaseFile>(p).size(), 1u);
  if (steps_of<WriteIndex>(p).empty()) return;  // what is committed stays as it is: right as well
  ASSERT_EQ(steps_of<WriteIndex>(p)[0]->index.objects.size(), 1u) << "released, and no index names it";
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->index.objects[0].size, Bytes(3));
}

TEST(Covered, NotByAnObjectThatThisProgramIsAboutToExpire) {
  for (const Strategy strategy : {Strategy::kNone, Strategy::kIndex, Strategy::kLastFile}) {
    Desired wish = desired(strategy);
    wish.bucket.lifecycle.ownership = LifecycleOwnership::kIgnore;
    Observed world = observed();
    world.store.lifecycle_enforced = false;
    world.lifecycle = Complete<LifecycleDocument>{};
    add(world, file("a.parquet", "one", kNearly));
    put(world, "data/2026/11/09/a.parquet", "one", kNearly);
    const Plan p = plan(wish, world);
    ASSERT_EQ(steps_of<UploadFile>(p).size(), 1u) << refusals_of(p);
    EXPECT_TRUE(steps_of<UploadFile>(p)[0]->replaces);
  }
}

TEST(Covered, ByTheTwinThatHoldsTheSameBytesUnderTheSameKey) {
  for (const AfterPublish after : {AfterPublish::kDelete, AfterPublish::kKeep}) {
    Desired wish = desired();
    wish.buffer.after_publish = after;
    Observed world = observed();
    add(world, file("x/a.parquet", "one"));
    add(world, file("y/a.parquet", "one"));
    const Plan first = plan(wish, world);
    EXPECT_TRUE(first.refusals.empty()) << refusals_of(first);
    EXPECT_EQ(steps_of<UploadFile>(first).size(), 1u) << "the same bytes are sent once";
    EXPECT_TRUE(has_note(first, "same bytes as x/a.parquet"));
    put(world, kKey, "one");
    commit(world, {entry(kKey, "one")});
    const Plan second = plan(wish, world);
    EXPECT_TRUE(second.refusals.empty()) << refusals_of(second);
    EXPECT_TRUE(steps_of<UploadFile>(second).empty());
    EXPECT_EQ(steps_of<ReleaseFile>(second).size(), after == AfterPublish::kKeep ? 0u : 2u);
  }
}

TEST(Covered, ByNothingYetWhileTheTwinIsOnItsWay) {
  for (const Strategy strategy : {Strategy::kNone, Strategy::kIndex, Strategy::kLastFile}) {
    Desired wish = desired(strategy);
    if (strategy == Strategy::kLastFile) wish.commitment->accept_overwrite = true;
    Observed world = observed();
    put(world, "data/2026/11/22/z.parquet", "zero", Seconds(60));
    if (strategy == Strategy::kLastFile)
      world.commitment =
          OwnCommitment{"…", std::string(kBase) + "data/2026/11/22/z.parquet",
                        sha256_of(std::string_view("zero")), ObjectKey("data/2026/11/22/z.parquet")};
    add(world, file("x/a.parquet", "one"));
    add(world, file("y/a.parquet", "one"));
    const Plan p = plan(wish, world);
    EXPECT_EQ(steps_of<UploadFile>(p).size(), 1u) << refusals_of(p);
    ASSERT_EQ(steps_of<ReleaseFile>(p).size(), 1u);
    EXPECT_EQ(steps_of<ReleaseFile>(p)[0]->name, "x/a.parquet");
  }
}

}  // namespace
}  // namespace reconcile
