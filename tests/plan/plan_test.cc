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

TEST(Plan, DropsAVanishedObjectFromTheIndexAndSaysSo) {
  Observed world = observed();
  put(world, kKey, "one");
  commit(world, {entry(kKey, "one"), entry("data/2026/11/22/b.parquet", "two")});
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u) << refusals_of(p);
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->index.objects.size(), 1u);
  EXPECT_TRUE(has_note(p, "gone from the bucket"));
}

// S4: a listing may be complete and still lag some writes behind.
TEST(Plan, AnObjectThatAnswersForItselfHasNotVanishedWhateverTheListingSays) {
  Observed world = observed();
  commit(world, {entry(kKey, "one"), entry("data/2026/11/22/b.parquet", "two")});
  world.heads[ObjectKey(kKey)] = ObjectHead{Bytes(3), "etag", kNow, {}};
  world.head_errors.emplace(ObjectKey("data/2026/11/22/b.parquet"), Error{Fault::kTransient, "cut", "again"});
  EXPECT_TRUE(steps_of<WriteIndex>(plan(desired(), world)).empty());
  world.head_errors.clear();
  EXPECT_EQ(steps_of<WriteIndex>(plan(desired(), world)).size(), 1u);
}

// S2: an older index in place of a lost one may name a key that was given to another file of the same size.
TEST(Plan, AnEntryWhoseObjectHasAnotherDigestLeavesTheIndex) {
  Observed world = observed();
  put(world, kKey, "new");
  put(world, "data/2026/11/22/b.parquet", "two");
  commit(world, {entry(kKey, "old"), entry("data/2026/11/22/b.parquet", "two")});
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u) << refusals_of(p);
  ASSERT_EQ(steps_of<WriteIndex>(p)[0]->index.objects.size(), 1u);
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->index.objects[0].key.get(), "data/2026/11/22/b.parquet");
}

TEST(Plan, StopsWhenManyObjectsVanishAtOnce) {
  Observed world = observed();
  std::vector<IndexEntry> entries;
  for (int i = 0; i < 40; ++i) entries.push_back(entry("data/x" + std::to_string(i), "x"));
  commit(world, entries);
  const Plan blocked = plan(desired(), world);
  EXPECT_TRUE(blocked.steps.empty());
  ASSERT_EQ(blocked.refusals.size(), 1u);
  EXPECT_EQ(blocked.refusals[0].allow, "--allow vanished=40");
  Allowances allowances;
  allowances.add("vanished", 40);
  EXPECT_EQ(steps_of<CommitAction>(plan(desired(), world, allowances)).size(), 1u);
}

TEST(Plan, TakesAnEntryOffTheIndexBeforeTheProviderMayDeleteIt) {
  Observed world = observed();
  const Seconds nearly(std::chrono::days(13) + Seconds(1));  // 14 days less the margin of 1 day
  put(world, kKey, "one", nearly);
  put(world, "data/young", "two");
  commit(world, {entry(kKey, "one", nearly), entry("data/young", "two")});
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u) << refusals_of(p);
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->dropped, std::vector<ObjectKey>{ObjectKey(kKey)});
  EXPECT_TRUE(steps_of<ExpireObject>(p).empty()) << "the provider does that";
}

// S3: what the finalized commitment names is never deleted by us, however old it is.
TEST(Plan, DeletesAnExpiredObjectOnlyOnceNoCommitmentNamesIt) {
  const Seconds old(std::chrono::days(15));
  Observed world = observed();
  world.store.lifecycle_enforced = false;
  put(world, kKey, "one", old);
  commit(world, {entry(kKey, "one", old)});
  const Plan first = plan(desired(), world);
  EXPECT_TRUE(steps_of<ExpireObject>(first).empty());
  EXPECT_EQ(steps_of<WriteIndex>(first).size(), 1u);

  commit(world, {}, 8);
  const Plan second = plan(desired(), world);
  ASSERT_EQ(steps_of<ExpireObject>(second).size(), 1u) << refusals_of(second);
  EXPECT_EQ(steps_of<ExpireObject>(second)[0]->key, ObjectKey(kKey));
}

TEST(Plan, NeverDeletesWhatIsNotOursOrIsProtectedOrWasNotWhollyListed) {
  const Seconds old(std::chrono::days(15));
  Observed world = observed();
  world.store.lifecycle_enforced = false;
  commit(world, {});
  put(world, kKey, "one", old);
  Desired wish = desired();
  ASSERT_EQ(steps_of<ExpireObject>(plan(wish, world)).size(), 1u);

  Observed foreign = world;
  foreign.heads[ObjectKey(kKey)]->metadata.clear();
  EXPECT_TRUE(steps_of<ExpireObject>(plan(wish, foreign)).empty());

  Observed partial = world;
  partial.objects =
      Partial<std::vector<ListedObject>>{*if_complete(world.objects), {Fault::kTransient, "cut", "again"}};
  EXPECT_TRUE(steps_of<ExpireObject>(plan(wish, partial)).empty());

  Observed chainless = world;
  chainless.chain = Unreadable{{Fault::kTransient, "down", "wait"}};
  EXPECT_TRUE(steps_of<ExpireObject>(plan(wish, chainless)).empty());

  wish.protect = {"data/**"};
  EXPECT_TRUE(steps_of<ExpireObject>(plan(wish, world)).empty());
}

// S6: the window counts what went before this pass.
TEST(Plan, GuardsCountTheRollingWindow) {
  const Seconds old(std::chrono::days(15));
  Observed world = observed();
  world.store.lifecycle_enforced = false;
  commit(world, {});
  put(world, kKey, "one", old);
  Desired wish = desired();
  wish.guards.max_deletes = 5;
  world.journal.deleted_objects = 4;
  EXPECT_EQ(steps_of<ExpireObject>(plan(wish, world)).size(), 1u);
  world.journal.deleted_objects = 5;
  const Plan blocked = plan(wish, world);
  EXPECT_TRUE(steps_of<ExpireObject>(blocked).empty());
  ASSERT_EQ(blocked.refusals.size(), 1u);
  EXPECT_EQ(blocked.refusals[0].allow, "--allow maxDeletes=6");
  Allowances allowances;
  allowances.add("maxDeletes", 6);
  EXPECT_EQ(steps_of<ExpireObject>(plan(wish, world, allowances)).size(), 1u);
}

TEST(Plan, DoesNotReplaceAForeignCommitmentUnlessAllowedByName) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  ChainView& chain = std::get<Complete<ChainView>>(world.chain).value;
  chain.commitment = StoredCommitment{{{"Raw", ByteVector{'x'}, std::nullopt}}, 5};
  world.commitment = ForeignCommitment{"x"};
  const Plan blocked = plan(desired(), world);
  EXPECT_TRUE(blocked.steps.empty());
  EXPECT_EQ(blocked.refusals.at(0).allow, "--allow foreign-commitment");
  Allowances allowances;
  allowances.add("foreign-commitment");
  EXPECT_EQ(steps_of<CommitAction>(plan(desired(), world, allowances)).size(), 1u);
}

TEST(Plan, UploadsNothingForAHotkeyThatIsNotRegistered) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  std::get<Complete<ChainView>>(world.chain).value.registered = false;
  const Plan p = plan(desired(), world);
  EXPECT_TRUE(p.steps.empty());
  EXPECT_NE(p.refusals.at(0).error.remedy.find("register"), std::string::npos);
}

TEST(Plan, DefersTheCommitAndKeepsTheFilesWhenTheEpochBudgetIsSpent) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  std::get<Complete<ChainView>>(world.chain).value.budget =
      CommitBudget{3100, 3050, 500, kNow + Seconds(1440)};
  const Plan p = plan(desired(), world);
  EXPECT_EQ(steps_of<UploadFile>(p).size(), 1u);
  EXPECT_TRUE(steps_of<CommitAction>(p).empty());
  EXPECT_TRUE(steps_of<ReleaseFile>(p).empty());
  EXPECT_NE(p.refusals.at(0).error.remedy.find("block 500"), std::string::npos);
}

TEST(Plan, KeepsTheLastBytesOfTheBudgetForARepair) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  auto& chain = std::get<Complete<ChainView>>(world.chain).value;
  chain.budget = CommitBudget{3100, 3100 - 100 - 128, 500, kNow};
  EXPECT_EQ(steps_of<CommitAction>(plan(desired(), world)).size(), 1u);
  chain.budget->used += 1;
  const Plan kept = plan(desired(), world);
  EXPECT_TRUE(steps_of<CommitAction>(kept).empty());
  EXPECT_NE(kept.refusals.at(0).error.cause.find("128 are kept for a repair"), std::string::npos);

  // Somebody overwrote ours: readers are led nowhere until it is put right.
  chain.commitment = StoredCommitment{{{"Raw", ByteVector(view_of("x").begin(), view_of("x").end()), {}}}, 7};
  world.commitment = ForeignCommitment{"x"};
  Allowances allowances;
  allowances.add("foreign-commitment");
  EXPECT_EQ(steps_of<CommitAction>(plan(desired(), world, allowances)).size(), 1u);
}

TEST(Plan, WarnsOfLettersThatReadersDrop) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  Desired wanted = desired();
  wanted.commitment->format = "é|" + wanted.commitment->format;
  const Plan p = plan(wanted, world);
  ASSERT_EQ(p.notes.size(), 1u);
  EXPECT_NE(p.notes[0].text.find("beyond ASCII"), std::string::npos);
}

TEST(Plan, SaysNothingOfWhatTheIndexNamesWhileTheIndexIsUnknown) {
  Observed world = observed();
  put(world, kKey, "other");
  EXPECT_EQ(plan(desired(), world).notes.size(), 1u);
  world.base_index = Unreadable{{Fault::kTransient, "the chain does not answer", ""}};
  EXPECT_TRUE(plan(desired(), world).notes.empty());
}

TEST(Plan, SpendsASmallBudgetWithoutAReserve) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  auto& chain = std::get<Complete<ChainView>>(world.chain).value;
  chain.budget = CommitBudget{150, 0, 500, kNow};
  EXPECT_EQ(steps_of<CommitAction>(plan(desired(), world)).size(), 1u);
}

TEST(Plan, TellsASubnetThatDoesNotExistFromAHotkeyThatIsNotRegistered) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  auto& chain = std::get<Complete<ChainView>>(world.chain).value;
  chain.registered = false;
  chain.subnet_exists = false;
  const Plan p = plan(desired(), world);
  EXPECT_TRUE(p.steps.empty());
  EXPECT_NE(p.refusals.at(0).error.cause.find("does not exist"), std::string::npos);
}

TEST(Plan, ShowsWhatTheChainAndTheWalletSayAsTheirs) {
  Observed world = observed();
  std::get<Complete<ChainView>>(world.chain).value.notes = {"an endpoint was left"};
  world.wallet_notes = {"others may read the hotkey"};
  const Plan p = plan(desired(), world);
  ASSERT_EQ(p.notes.size(), 2u);
  EXPECT_EQ(p.notes[0], (Note{Note::Kind::kWarning, "chain", "others may read the hotkey", "wallet"}));
  EXPECT_EQ(p.notes[1].address, "chain");
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

TEST(Plan, MergesLifecycleRulesAndLeavesForeignOnesToTheLetter) {
  Observed world = observed();
  LifecycleDocument document;
  document.rules.push_back(
      {{"ExpireOldData", "data/", Seconds(std::chrono::days(30)), std::nullopt}, true, true, "<old>"});
  document.rules.push_back({{"tmp-debug", "tmp/", Seconds(86400), std::nullopt}, true, true, "<foreign/>"});
  world.lifecycle = Complete<LifecycleDocument>{document};
  put(world, kKey, "one", Seconds(std::chrono::days(20)));
  const auto p = plan(desired(), world);
  const auto sets = steps_of<SetLifecycle>(p);
  ASSERT_EQ(sets.size(), 1u);
  ASSERT_EQ(sets[0]->changes.size(), 1u);
  EXPECT_EQ(sets[0]->changes[0].text, "expireAfter 30d -> 14d");
  EXPECT_EQ(sets[0]->changes[0].forecast, "1 objects (3 B) will expire at the next daily pass");
  EXPECT_EQ(sets[0]->after.rules[1], document.rules[1]);

  Desired exclusive = desired();
  exclusive.bucket.lifecycle.ownership = LifecycleOwnership::kExclusive;
  EXPECT_EQ(steps_of<SetLifecycle>(plan(exclusive, world))[0]->after.rules.size(), 1u);
  Desired ignore = desired();
  ignore.bucket.lifecycle.ownership = LifecycleOwnership::kIgnore;
  EXPECT_TRUE(steps_of<SetLifecycle>(plan(ignore, world)).empty());
}

TEST(Plan, RemovesARuleOnlyIfThisProgramWroteIt) {
  Observed world = observed();
  Desired wish = desired();
  wish.bucket.lifecycle.rules.clear();
  EXPECT_EQ(steps_of<SetLifecycle>(plan(wish, world)).size(), 1u);
  world.journal.own_rules.clear();
  EXPECT_TRUE(steps_of<SetLifecycle>(plan(wish, world)).empty());
}

TEST(Plan, RefusesToPublishUnderARuleThatCoversTheIndex) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  auto& rules = std::get<Complete<LifecycleDocument>>(world.lifecycle).value.rules;
  rules.push_back({{"wipe", "", Seconds(86400), std::nullopt}, true, true, "<foreign/>"});
  const Plan p = plan(desired(), world);
  EXPECT_TRUE(p.steps.empty());
  EXPECT_NE(p.refusals.at(0).error.cause.find("would let the provider delete the index"), std::string::npos);
}

TEST(Plan, ExpiresByItselfWhereTheTokenMayNotSetRules) {
  const Seconds old(std::chrono::days(15));
  Observed world = observed();
  commit(world, {});
  put(world, kKey, "one", old);
  world.lifecycle = Unreadable{{Fault::kDenied, "403 AccessDenied", "use an admin token"}};
  EXPECT_EQ(steps_of<ExpireObject>(plan(desired(), world)).size(), 1u);
  world.lifecycle = Unreadable{{Fault::kTransient, "503", "wait"}};
  const Plan passing = plan(desired(), world);
  EXPECT_TRUE(passing.steps.empty()) << "a passing error changes nothing";
  EXPECT_EQ(passing.refusals.size(), 1u);
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

TEST(Plan, LastFilePublishesOneFileAPassUnlessOverwriteIsAccepted) {
  Desired wish = desired(Strategy::kLastFile);
  Observed world = observed();
  add(world, file("a.parquet", "one", Seconds(900)));
  add(world, file("b.parquet", "two", Seconds(600)));
  const Plan one = plan(wish, world);
  ASSERT_EQ(steps_of<UploadFile>(one).size(), 1u) << refusals_of(one);
  EXPECT_EQ(steps_of<UploadFile>(one)[0]->name, "a.parquet");
  EXPECT_EQ(steps_of<ReleaseFile>(one).size(), 1u);
  EXPECT_TRUE(has_note(one, "one file a pass"));
  wish.commitment->accept_overwrite = true;
  const Plan both = plan(wish, world);
  EXPECT_EQ(steps_of<UploadFile>(both).size(), 2u);
  EXPECT_EQ(steps_of<CommitAction>(both).size(), 1u);
  EXPECT_NE(steps_of<CommitAction>(both)[0]->text.find("b.parquet|"), std::string::npos);
}

TEST(Plan, LastFileRenewsTheCommittedObjectBeforeItExpires) {
  Desired wish = desired(Strategy::kLastFile);
  Observed world = observed();
  const Seconds nearly(std::chrono::days(13) + Seconds(60));
  put(world, kKey, "one", nearly);
  OwnCommitment own{"…", std::string(kBase) + kKey, sha256_of(std::string_view("one")), ObjectKey(kKey)};
  world.commitment = own;
  EXPECT_EQ(steps_of<RenewObject>(plan(wish, world)).size(), 1u);
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

TEST(Plan, PutsAFileAgainWhoseObjectIsAboutToExpire) {
  const Seconds nearly(std::chrono::days(13) + Seconds(60));
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  put(world, kKey, "one", nearly);
  commit(world, {entry(kKey, "one", nearly)});
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<UploadFile>(p).size(), 1u) << refusals_of(p);
  EXPECT_TRUE(steps_of<UploadFile>(p)[0]->replaces) << "a conditional put would leave the old age";
  EXPECT_FALSE(steps_of<UploadFile>(p)[0]->already_there);
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u);
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->index.objects.size(), 1u);
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

TEST(Plan, ALostIndexStopsPublishingAndDeletingUntilAllowedByName) {
  const Seconds old(std::chrono::days(15));
  Observed world = observed();
  world.store.lifecycle_enforced = false;
  put(world, kKey, "one", old);
  commit(world, {});
  world.lost_index = "i/00000007.json: not found";
  add(world, file("b.parquet", "two"));
  const Plan p = plan(desired(), world);
  EXPECT_TRUE(steps_of<CommitAction>(p).empty());
  EXPECT_TRUE(steps_of<ExpireObject>(p).empty());
  EXPECT_TRUE(steps_of<ReleaseFile>(p).empty());
  ASSERT_EQ(p.refusals.size(), 1u) << refusals_of(p);
  EXPECT_EQ(p.refusals[0].allow, "--allow lost-index");
  Allowances allowances;
  allowances.add("lost-index");
  EXPECT_EQ(steps_of<CommitAction>(plan(desired(), world, allowances)).size(), 1u);
}

// S3: a shorter rule comes into force only after the index without the objects that it expires is final.
TEST(Plan, AShorterRuleWaitsUntilTheCommitmentNoLongerNamesWhatItExpires) {
  const Seconds age(std::chrono::days(20));
  Observed world = observed();
  std::get<Complete<LifecycleDocument>>(world.lifecycle).value.rules[0].rule.expire_after =
      Seconds(std::chrono::days(30));
  put(world, kKey, "one", age);
  commit(world, {entry(kKey, "one", age)});
  const Plan first = plan(desired(), world);
  EXPECT_TRUE(steps_of<SetLifecycle>(first).empty());
  EXPECT_EQ(steps_of<WriteIndex>(first).size(), 1u) << refusals_of(first);
  commit(world, {}, 8);
  EXPECT_EQ(steps_of<SetLifecycle>(plan(desired(), world)).size(), 1u);
}

// What was taken up later than it was put: a provider counts from the put.
TEST(Plan, AShorterRuleWaitsForWhatIsOlderThanItsEntry) {
  Observed world = observed();
  std::get<Complete<LifecycleDocument>>(world.lifecycle).value.rules[0].rule.expire_after =
      Seconds(std::chrono::days(30));
  put(world, kKey, "one", std::chrono::days(20));
  commit(world, {entry(kKey, "one", std::chrono::days(1))});
  EXPECT_TRUE(steps_of<SetLifecycle>(plan(desired(), world)).empty());
}

TEST(Plan, AShorterRuleWaitsWhileTheAgesOfWhatIsNamedAreUnknown) {
  Observed world = observed();
  std::get<Complete<LifecycleDocument>>(world.lifecycle).value.rules[0].rule.expire_after =
      Seconds(std::chrono::days(30));
  put(world, kKey, "one", std::chrono::days(1));
  commit(world, {entry(kKey, "one", std::chrono::days(1))});
  EXPECT_EQ(steps_of<SetLifecycle>(plan(desired(), world)).size(), 1u);
  world.objects = Unreadable{{Fault::kTransient, "timeout", ""}};
  EXPECT_TRUE(steps_of<SetLifecycle>(plan(desired(), world)).empty());
}

// S4: it may have been renewed since the listing; but a plan that calls this settled would lead readers to a
// 404.
TEST(Plan, AnEntryWhoseAgeCouldNotBeAskedStaysAndNothingIsSettled) {
  Observed world = observed();
  put(world, kKey, "one", std::chrono::days(13) + std::chrono::hours(12));
  commit(world, {entry(kKey, "one", std::chrono::days(1))});
  world.heads.erase(ObjectKey(kKey));
  world.head_errors.emplace(ObjectKey(kKey), Error{Fault::kTransient, "timeout", "again"});
  const Plan unknown = plan(desired(), world);
  EXPECT_TRUE(steps_of<WriteIndex>(unknown).empty());
  ASSERT_EQ(unknown.refusals.size(), 1u);
  EXPECT_NE(unknown.refusals[0].error.cause.find(kKey), std::string::npos);
  EXPECT_FALSE(unknown.empty());
}

TEST(Plan, DeletesNothingWhileTheJournalCannotSayWhatWentBefore) {
  Observed world = observed();
  world.store.lifecycle_enforced = false;
  commit(world, {});
  put(world, kKey, "one", Seconds(std::chrono::days(15)));
  ASSERT_EQ(steps_of<ExpireObject>(plan(desired(), world)).size(), 1u);
  world.journal.known = false;
  EXPECT_TRUE(steps_of<ExpireObject>(plan(desired(), world)).empty());
}

TEST(Plan, NeverExpiresAnotherPublicationsObjects) {
  Observed world = observed();
  world.store.lifecycle_enforced = false;
  commit(world, {});
  put(world, kKey, "one", Seconds(std::chrono::days(15)));
  world.heads[ObjectKey(kKey)]->metadata[kPublicationMetadata] = "another";
  EXPECT_TRUE(steps_of<ExpireObject>(plan(desired(), world)).empty());
}

// An extrinsic that was given up may be included late and point readers at an older index.
TEST(Plan, NamesAgainWhatANewerIndexNamedWhenAnOlderOneIsCommitted) {
  Observed world = observed();
  put(world, kKey, "one");
  put(world, "data/2026/11/22/b.parquet", "two");
  commit(world, {entry(kKey, "one")});
  world.unfinished = {entry("data/2026/11/22/b.parquet", "two")};
  const Plan p = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u) << refusals_of(p);
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->index.objects.size(), 2u);
}

TEST(Plan, AFailedLastFileNeverCountsAsPublishedBecauseAnotherIsOnChain) {
  Desired wish = desired(Strategy::kLastFile);
  Observed world = observed();
  put(world, kKey, "one", Seconds(900));
  put(world, "data/2026/11/22/b.parquet", "two", Seconds(600));
  world.commitment =
      OwnCommitment{"…", std::string(kBase) + "data/2026/11/22/b.parquet", sha256_of(std::string_view("two")),
                    ObjectKey("data/2026/11/22/b.parquet")};
  add(world, file("a.parquet", "one", Seconds(950)));
  const Plan p = plan(wish, world);
  EXPECT_EQ(steps_of<UploadFile>(p).size(), 1u) << refusals_of(p);
  EXPECT_EQ(steps_of<CommitAction>(p).size(), 1u);
}

TEST(Plan, RefusesToKeepFilesThatLastFileWouldCommitInTurnForEver) {
  Desired wish = desired(Strategy::kLastFile);
  wish.buffer.after_publish = AfterPublish::kKeep;
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  const Plan p = plan(wish, world);
  EXPECT_TRUE(p.steps.empty());
  EXPECT_EQ(p.refusals.size(), 1u);
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

// Above the threshold an index is stored in parts; the plan counts them.
TEST(Plan, CountsThePartsThatAreNewAndNotThoseThatAreThere) {
  Observed world = observed();
  world.index_inline_max = 1;
  const Seconds day = std::chrono::days(1);
  put(world, "data/a", "one", 2 * day);
  put(world, "data/b", "two", 1 * day);
  commit(world, {entry("data/a", "one", 2 * day), entry("data/b", "two", 1 * day)});
  add(world, file("c.parquet", "three"));
  const Plan first = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(first).size(), 1u) << refusals_of(first);
  const WriteIndex index = *steps_of<WriteIndex>(first)[0];
  ASSERT_EQ(index.parts.size(), 2u);
  EXPECT_EQ(index.parts_kept, 0u);
  EXPECT_EQ(first.counts.upload_bytes, Bytes(5) + index.parts[0].size + index.parts[1].size);
  EXPECT_EQ(first.counts.requests, 2u + 4u + 2 * 4u + 1u);
  // The base names one of them already.
  std::get<Complete<std::optional<IndexFile>>>(world.base_index).value->parts = {index.parts[0]};
  const Plan second = plan(desired(), world);
  ASSERT_EQ(steps_of<WriteIndex>(second)[0]->parts, std::vector<IndexPart>{index.parts[1]});
  EXPECT_EQ(steps_of<WriteIndex>(second)[0]->parts_kept, 1u);
  EXPECT_EQ(second.counts.requests, 2u + 4u + 4u + 1u + 1u);
  EXPECT_EQ(first.digest, second.digest) << "how it is cut is no part of what is approved";
  const Result<Plan> again = parse_plan(print_plan(second, "test"));
  ASSERT_TRUE(again) << again.error().cause;
  EXPECT_EQ(again->steps, second.steps);
}

TEST(Plan, RefusesToRunOutOfIndexNumbers) {
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  world.indexes =
      Complete<std::vector<ListedObject>>{{{index_key(kIndexPrefix, kIndexSeqMax), Bytes(1), "etag", kNow}}};
  const Plan p = plan(desired(), world);
  EXPECT_NE(refusals_of(p).find("index numbers end"), std::string::npos);
  EXPECT_TRUE(steps_of<CommitAction>(p).empty());
  EXPECT_TRUE(steps_of<ReleaseFile>(p).empty());
}

TEST(Plan, ContentAddressedCommitsTheAddressThatHoldsTheHash) {
  const Desired wish = [] {
    Desired out = desired(Strategy::kContentAddressed);
    out.commitment->format = "{url}";
    return out;
  }();
  Observed world = observed();
  add(world, file("a.parquet", "one"));
  const Plan p = plan(wish, world);
  ASSERT_EQ(steps_of<CommitAction>(p).size(), 1u) << refusals_of(p);
  const WriteIndex& index = *steps_of<WriteIndex>(p)[0];
  const std::string root = store_index(index.index, kIndexInlineMax).root;
  EXPECT_EQ(index.key, index_key(kIndexPrefix, 1, sha256_of(std::string_view(root))));
  EXPECT_EQ(steps_of<CommitAction>(p)[0]->text, kBase + index.key.get());
}

// S3, and L1: while readers still follow an older index, nothing goes that it may name.
TEST(Plan, NeitherExpiresNorChangesRulesWhileThePointerIsStale) {
  Desired wish = desired(Strategy::kStaticPointer);
  wish.commitment->format = "{url}";
  Observed world = observed();
  world.store.lifecycle_enforced = false;
  commit(world, {});
  put(world, kKey, "one", std::chrono::days(15));
  ASSERT_EQ(steps_of<ExpireObject>(plan(wish, world)).size(), 1u) << refusals_of(plan(wish, world));
  world.stale_pointer = "still holds index 6, the newest is 7";
  const Plan p = plan(wish, world);
  EXPECT_TRUE(steps_of<ExpireObject>(p).empty());
  ASSERT_EQ(steps_of<WriteIndex>(p).size(), 1u);
  EXPECT_TRUE(steps_of<WriteIndex>(p)[0]->already_there);
  EXPECT_EQ(steps_of<WriteIndex>(p)[0]->copy, ObjectKey(kPointerKey));
}

}  // namespace
}  // namespace reconcile
