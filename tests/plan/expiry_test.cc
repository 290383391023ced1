// What leaves the index, what is deleted, and which lifecycle rules come when.

#include "tests/plan/worlds.h"

#include <gtest/gtest.h>

#include "reconciler/model/plan_json.h"
#include "reconciler/plan/plan.h"

namespace reconcile {
namespace {

using namespace worlds;

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
