// What is committed, by each strategy, and what keeps it from being so.

#include "tests/plan/worlds.h"

#include <gtest/gtest.h>

#include "reconciler/model/plan_json.h"
#include "reconciler/plan/plan.h"

namespace reconcile {
namespace {

using namespace worlds;

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

}  // namespace
}  // namespace reconcile
