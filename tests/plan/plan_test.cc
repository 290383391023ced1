#include "reconciler/plan/plan.h"

#include "tests/plan/worlds.h"

#include <gtest/gtest.h>

#include "reconciler/model/plan_json.h"

namespace reconcile {
namespace {

using namespace worlds;

TEST(Plan, WantsNothingWhenEverythingAgrees) {
  Observed world = observed();
  put(world, kKey, "one");
  commit(world, {entry(kKey, "one")});
  const Plan p = plan(desired(), world);
  EXPECT_TRUE(p.empty()) << refusals_of(p);
}

TEST(Plan, UploadsIndexesCommitsThenReleasesInThisOrder) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  const Plan p = plan(desired(), world);
  ASSERT_EQ(p.steps.size(), 4u) << refusals_of(p);
  EXPECT_STREQ(verb_of(p.steps[0].action), "create");
  EXPECT_EQ(address_of(p.steps[0].action), std::string("objects/") + kKey);
  EXPECT_STREQ(verb_of(p.steps[1].action), "index");
  EXPECT_STREQ(verb_of(p.steps[2].action), "commit");
  EXPECT_STREQ(verb_of(p.steps[3].action), "release");
  for (const Step& step : p.steps) EXPECT_FALSE(step.cause.empty());
}

TEST(Plan, ReleasesOnlyWhatTheFinalizedCommitmentCovers) {
  Observed world = observed();
  put(world, kKey, "one");
  commit(world, {entry(kKey, "one")});
  add(world, file("a.parquet", "one"));
  const Plan p = plan(desired(), world);
  ASSERT_EQ(p.steps.size(), 1u) << refusals_of(p);
  EXPECT_EQ(steps_of<ReleaseFile>(p).size(), 1u);
}

TEST(Plan, CommitsButDoesNotSendBytesThatAreThereAlready) {
  Observed world = observed();
  put(world, kKey, "one");
  add(world, file("a.parquet", "one"));
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<UploadFile>(p).size(), 1u) << refusals_of(p);
  EXPECT_TRUE(steps_of<UploadFile>(p)[0]->already_there);
  EXPECT_EQ(p.counts.upload_bytes, Bytes(0));
  EXPECT_EQ(steps_of<CommitAction>(p).size(), 1u);
}

TEST(Plan, KeepsUploadingAndReleasesNothingWhileTheChainCannotBeRead) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  world.chain = Unreadable{{Fault::kTransient, "connection refused", "wait"}};
  world.base_index = Unreadable{{Fault::kTransient, "which index is committed is unknown", "see the chain"}};
  const Plan p = plan(desired(), world);
  EXPECT_EQ(steps_of<UploadFile>(p).size(), 1u);
  EXPECT_EQ(p.steps.size(), 1u);
  EXPECT_EQ(p.refusals.size(), 1u) << refusals_of(p);
}

TEST(Plan, DoesNothingWhenTheBucketCouldNotBeRead) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  world.bucket_exists = Unreadable{{Fault::kTransient, "503", "wait"}};
  const Plan p = plan(desired(), world);
  EXPECT_TRUE(p.steps.empty());
  ASSERT_EQ(p.refusals.size(), 1u);
  EXPECT_EQ(p.refusals[0].error.remedy, "wait");
}

TEST(Plan, SaysWhatToDoAboutAMissingBucket) {
  Observed world = observed();
  world.bucket_exists = Complete<bool>{false};
  Desired wish = desired();
  EXPECT_NE(plan(wish, world).refusals.at(0).error.remedy.find("spec.bucket.create"), std::string::npos);
  wish.bucket.create = true;
  EXPECT_EQ(steps_of<CreateBucket>(plan(wish, world)).size(), 1u);
}

// S4: an object is "vanished" only when a whole listing lacks it.
TEST(Plan, APartialListingNeverMakesAnObjectMissing) {
  Observed world = observed();
  put(world, kKey, "one");
  commit(world, {entry(kKey, "one"), entry("data/2026/11/22/b.parquet", "two")});
  world.objects = Partial<std::vector<ListedObject>>{{{ObjectKey(kKey), Bytes(3), "etag", kNow}},
                                                     {Fault::kTransient, "cut", "again"}};
  const Plan p = plan(desired(), world);
  EXPECT_TRUE(steps_of<WriteIndex>(p).empty());
  EXPECT_TRUE(steps_of<ExpireObject>(p).empty());
  EXPECT_EQ(p.refusals.size(), 1u);
}

TEST(Plan, RenamesAKeyThatOtherBytesHold) {
  Observed world = observed();
  put(world, kKey, "other");
  add(world, file("a.parquet", "one"));
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<UploadFile>(p).size(), 1u) << refusals_of(p);
  const std::string hash = to_hex(sha256_of(std::string_view("one"))).substr(0, 8);
  EXPECT_EQ(steps_of<UploadFile>(p)[0]->key.get(), "data/2026/11/22/a-" + hash + ".parquet");

  Desired overwrite = desired();
  overwrite.upload.on_conflict = OnConflict::kOverwrite;
  EXPECT_TRUE(steps_of<UploadFile>(plan(overwrite, world))[0]->replaces);
  Desired strict = desired();
  strict.upload.on_conflict = OnConflict::kFail;
  EXPECT_TRUE(plan(strict, world).steps.empty());
}

TEST(Plan, GivesTwoFilesOfOneNameTwoKeys) {
  Observed world = observed();
  add(world, file("x/a.parquet", "one"));
  add(world, file("y/a.parquet", "two"));
  const auto p = plan(desired(), world);
  const auto uploads = steps_of<UploadFile>(p);
  ASSERT_EQ(uploads.size(), 2u);
  EXPECT_NE(uploads[0]->key, uploads[1]->key);
}

TEST(Plan, QuarantinesSkipsOrFailsOnDamagedFiles) {
  Observed world = observed();
  BufferFile bad = file("bad.json.gz", "x");
  bad.state = BufferFile::State::kInvalid;
  bad.reason = "truncated gzip at byte 1,048,576";
  add(world, bad);
  add(world, file("a.parquet", "one"));
  Desired wish = desired();
  EXPECT_EQ(steps_of<QuarantineFile>(plan(wish, world)).size(), 1u);
  wish.buffer.invalid = InvalidFiles::kSkip;
  EXPECT_TRUE(has_note(plan(wish, world), "truncated gzip"));
  EXPECT_EQ(steps_of<UploadFile>(plan(wish, world)).size(), 1u);
  wish.buffer.invalid = InvalidFiles::kFail;
  EXPECT_TRUE(plan(wish, world).steps.empty());
}

TEST(Plan, KeepModeNeitherReleasesNorPublishesTwice) {
  Observed world = observed();
  Desired wish = desired();
  wish.buffer.after_publish = AfterPublish::kKeep;
  put(world, kKey, "one");
  commit(world, {entry(kKey, "one")});
  add(world, file("a.parquet", "one"));
  EXPECT_TRUE(plan(wish, world).empty());
  // Expired and gone from the bucket: a kept file is not brought back.
  Observed later = observed();
  commit(later, {});
  add(later, file("a.parquet", "one", Seconds(std::chrono::days(20))));
  EXPECT_TRUE(plan(wish, later).empty());
}

TEST(Plan, WithoutACommitmentAVerifiedObjectIsEnoughToRelease) {
  const Desired wish = desired(Strategy::kNone);
  Observed world = observed();
  put(world, kKey, "one");
  add(world, file("a.parquet", "one"));
  add(world, file("b.parquet", "two"));
  const Plan p = plan(wish, world);
  EXPECT_EQ(steps_of<UploadFile>(p).size(), 1u);
  EXPECT_EQ(steps_of<ReleaseFile>(p).size(), 2u);
  EXPECT_TRUE(steps_of<CommitAction>(p).empty());
}

TEST(Plan, ObserveModeAndSuspensionWantNothing) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  Desired wish = desired();
  wish.mode = Mode::kObserve;
  EXPECT_TRUE(plan(wish, world).steps.empty());
  wish.mode = Mode::kEnforce;
  wish.suspend = SuspendSpec{kNow + Seconds(60), "migration"};
  EXPECT_TRUE(plan(wish, world).steps.empty());
  wish.suspend->until = kNow - Seconds(1);
  EXPECT_FALSE(plan(wish, world).steps.empty());
}

TEST(Plan, TheDigestDoesNotDependOnTheTimeOfPlanning) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  const Plan now = plan(desired(), world);
  world.now += Seconds(60);
  const Plan later = plan(desired(), world);
  EXPECT_EQ(now.digest, later.digest);
  add(world, file("b.parquet", "two"));
  EXPECT_NE(plan(desired(), world).digest, now.digest);
}

// S5: overwriting destroys as a delete does.
TEST(Plan, OverwritesNeitherForeignNorProtectedObjects) {
  Desired wish = desired();
  wish.upload.on_conflict = OnConflict::kOverwrite;
  Observed world = observed();
  put(world, kKey, "other");
  add(world, file("a.parquet", "one"));
  ASSERT_EQ(steps_of<UploadFile>(plan(wish, world)).size(), 1u);
  Observed foreign = world;
  foreign.heads[ObjectKey(kKey)]->metadata.clear();
  EXPECT_TRUE(steps_of<UploadFile>(plan(wish, foreign)).empty());
  EXPECT_NE(refusals_of(plan(wish, foreign)).find("not ours"), std::string::npos);
  wish.protect = {"data/**"};
  EXPECT_TRUE(steps_of<UploadFile>(plan(wish, world)).empty());
}

TEST(Plan, ItsDigestIsTheSameBeforeAndAfterTheCopyIsCompressed) {
  Observed world = observed();
  BufferFile raw = file("a.jsonl", "{}");
  raw.compress = true;
  add(world, raw);
  const Plan before = plan(desired(), world);
  std::get<Complete<BufferScan>>(world.buffer).value.files[0].staged =
      StagedCopy{"/staging/x.gz", Bytes(22), sha256_of(std::string_view("compressed"))};
  const Plan after = plan(desired(), world);
  EXPECT_EQ(before.digest, after.digest);
  EXPECT_NE(std::get<WriteIndex>(before.steps[1].action).exact,
            std::get<WriteIndex>(after.steps[1].action).exact);
}

}  // namespace
}  // namespace reconcile
