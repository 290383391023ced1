#include "reconciler/engine/pass.h"

#include "tests/engine/publication.h"

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/engine/saved_plan.h"

namespace reconcile {
namespace {

using testing_world::Publication;

std::string problems(const PassResult& result) {
  std::string out;
  for (const Refusal& refusal : result.plan.refusals)
    out += "refused " + refusal.address + ": " + refusal.error.cause + "\n";
  if (result.report)
    for (const ActionOutcome& outcome : result.report->outcomes)
      if (outcome.error) out += outcome.address + ": " + outcome.error->cause + "\n";
  return out;
}

ObjectKey only_key(Publication& p) {
  ObjectKey key;
  EXPECT_TRUE(p.store->list("data/", "", [&](std::vector<ListedObject>&& page) {
    if (!page.empty()) key = page.front().key;
    return true;
  }));
  return key;
}

TEST(Pass, CarriesFilesFromTheBufferToTheChainAndThenWantsNothing) {
  Publication p;
  p.write("a.bin", "one");
  p.write("b.bin", "two");
  const PassResult first = p.pass();
  ASSERT_TRUE(first.report) << problems(first);
  EXPECT_TRUE(first.report->converged) << problems(first);
  EXPECT_FALSE(p.in_buffer("a.bin"));
  EXPECT_FALSE(p.in_buffer("b.bin"));
  EXPECT_EQ(p.commits(), 1u);
  const PassResult second = p.pass();
  EXPECT_TRUE(second.plan.empty()) << problems(second);
  EXPECT_FALSE(second.report);
  EXPECT_EQ(p.commits(), 1u);
}

TEST(Pass, IsRemembered) {
  Publication p;
  p.write("a.bin", "one");
  p.pass();
  p.pass();
  p.write("b.bin", "two");
  PassOptions options;
  options.approve = [](Plan&) { return Result<Approval>(Approval::kNo); };
  WritePorts ports = p.ports();
  run_pass(p.desired, p.site, ports, options);
  const std::vector<PassRecord> passes = p.journal->passes(9).value();
  ASSERT_EQ(passes.size(), 3u);
  EXPECT_EQ(passes[2].outcome, "changes");
  EXPECT_NE(passes[2].summary.find(" done, 0 failed, "), std::string::npos) << passes[2].summary;
  EXPECT_EQ(passes[1].outcome, "ok");
  EXPECT_EQ(passes[1].summary, "nothing is left to do");
  EXPECT_EQ(passes[0].summary, "what is left was not approved, and nothing was written");
}

TEST(Pass, CommitsOnceForManyFilesAndAgainOnlyOnChange) {
  Publication p;
  for (int i = 0; i < 5; ++i) p.write(std::to_string(i) + ".bin", std::to_string(i));
  p.pass();
  EXPECT_EQ(p.commits(), 1u);
  p.pass();
  p.write("new.bin", "new");
  p.pass();
  EXPECT_EQ(p.commits(), 2u);
}

TEST(Pass, ReadersThatCannotFetchStopItBeforeTheCommitment) {
  Publication p;
  p.write("a.bin", "one");
  p.readers.broken = Error{Fault::kDenied, "HTTP 403", "publish it"};
  const PassResult result = p.pass();
  EXPECT_EQ(p.commits(), 0u);
  EXPECT_TRUE(p.in_buffer("a.bin"));
  EXPECT_NE(problems(result).find("readers cannot fetch"), std::string::npos);
  // The index is in the bucket now; that an earlier pass wrote it does not mean that readers can fetch it.
  p.pass();
  EXPECT_EQ(p.commits(), 0u);
  EXPECT_TRUE(p.in_buffer("a.bin"));
  p.readers.broken.reset();
  EXPECT_TRUE(p.pass().report->converged);
  EXPECT_EQ(p.commits(), 1u);
}

TEST(Pass, CopiesThatWaitStayWithinTheDiskBudgetAndAllIsPublishedInTheEnd) {
  Publication p;
  p.desired.buffer.compress = {"*.json"};
  p.desired.buffer.disk_budget = Bytes(1);  // full with any one copy
  p.open();
  for (const char* name : {"a.json", "b.json", "c.json"})
    p.write(name, "{\"" + std::string(name) + "\": 1}\n");
  p.readers.broken = Error{Fault::kDenied, "HTTP 403", "publish it"};
  for (int i = 0; i < 3; ++i) {
    const PassResult held_up = p.pass();
    const auto copies = std::filesystem::directory_iterator(p.folder / "staging");
    EXPECT_EQ(std::distance(begin(copies), end(copies)), 1);
    const auto waits = [](const Note& note) {
      return note.kind == Note::Kind::kWaiting &&
             (note.text + note.cause).find("spec.buffer.diskBudget") != std::string::npos;
    };
    EXPECT_EQ(std::count_if(held_up.plan.notes.begin(), held_up.plan.notes.end(), waits), 2);
    EXPECT_TRUE(p.in_buffer("a.json") && p.in_buffer("b.json") && p.in_buffer("c.json"));
  }
  p.readers.broken.reset();
  for (int i = 0; i < 3; ++i) p.pass();
  EXPECT_FALSE(p.in_buffer("a.json") || p.in_buffer("b.json") || p.in_buffer("c.json"));
}

TEST(Pass, AFileThatChangesAfterThePlanIsNeitherSentNorReleased) {
  Publication p;
  p.write("a.bin", "one");
  PassOptions options;
  options.apply.uploads.parallelism = 1;
  options.approve = [&](Plan&) {
    p.write("a.bin", "changed meanwhile");
    return Result<Approval>(Approval::kYes);
  };
  WritePorts ports = p.ports();
  const PassResult result = run_pass(p.desired, p.site, ports, options);
  EXPECT_TRUE(p.in_buffer("a.bin"));
  EXPECT_EQ(p.commits(), 0u) << problems(result);
  EXPECT_TRUE(p.pass().report->converged);
  EXPECT_EQ(p.store->get(only_key(p), Bytes(100)).value(), "changed meanwhile");
}

TEST(Pass, NothingIsWrittenWithoutApproval) {
  Publication p;
  p.write("a.bin", "one");
  PassOptions options;
  options.approve = [](Plan&) { return Result<Approval>(Approval::kNo); };
  WritePorts ports = p.ports();
  EXPECT_FALSE(run_pass(p.desired, p.site, ports, options).report);
  EXPECT_FALSE(std::filesystem::exists(p.folder / "bucket"));
  EXPECT_TRUE(p.in_buffer("a.bin"));
}

TEST(Pass, ModePlanShowsStepsAndAppliesNone) {
  Publication p;
  p.write("a.bin", "one");
  p.desired.mode = Mode::kPlan;
  const PassResult result = p.pass();
  EXPECT_FALSE(result.plan.steps.empty());
  EXPECT_FALSE(result.report);
  EXPECT_TRUE(p.in_buffer("a.bin"));
}

TEST(Pass, LosingTheJournalCostsNothingButWork) {
  Publication p;
  p.write("a.bin", "one");
  p.pass();
  p.journal.reset();
  p.buffer.reset();
  std::filesystem::remove(p.folder / "journal.db");
  p.open();
  EXPECT_TRUE(p.pass().plan.empty());
}

TEST(Pass, AWriterThatReplacedTheCommitmentIsNoticedAndNotOverwrittenSilently) {
  Publication p;
  p.write("a.bin", "one");
  p.pass();
  ASSERT_TRUE(p.chain->commit({13, "5Hotkey"}, Commitment{{{Field::Kind::kRaw, {'x'}}}}));
  p.write("b.bin", "two");
  const PassResult result = p.pass();
  EXPECT_NE(problems(result).find("not of this publication's format"), std::string::npos);
  EXPECT_TRUE(p.in_buffer("b.bin"));
  Allowances allowances;
  allowances.add("foreign-commitment");
  const PassResult allowed = p.pass(allowances);
  EXPECT_TRUE(allowed.report->converged) << problems(allowed);
  // What was published before is still named: the lineage in the bucket was followed.
  const ChainView view = p.chain->observe({13, "5Hotkey"}).value();
  EXPECT_NE(describe(*view.commitment).find("i/00000002.json"), std::string::npos);
  EXPECT_EQ(
      parse_index(p.store->get(ObjectKey("i/00000002.json"), Bytes(10000)).value()).value().objects.size(),
      2u);
}

TEST(Pass, ADamagedFileIsQuarantinedAndTheOthersGoOn) {
  Publication p;
  p.desired.buffer.include = {"*.bin", "*.json.gz"};
  p.open();
  p.write("bad.json.gz", "not gzip at all");
  p.write("a.bin", "one");
  const PassResult result = p.pass();
  EXPECT_TRUE(result.report->converged) << problems(result);
  EXPECT_FALSE(p.in_buffer("bad.json.gz"));
  EXPECT_TRUE(std::filesystem::exists(p.folder / "buffer/.quarantine/bad.json.gz"));
}

TEST(Pass, RawJsonLinesAreCompressedOnTheWay) {
  Publication p;
  p.write("posts.jsonl", "{\"a\":1}\n{\"a\":2}\n");
  const PassResult result = p.pass();
  EXPECT_TRUE(result.report && result.report->converged) << problems(result);
  EXPECT_TRUE(only_key(p).get().ends_with("posts.jsonl.gz")) << only_key(p).get();
  EXPECT_FALSE(p.in_buffer("posts.jsonl"));
}

TEST(Pass, TrashKeepsReleasedFilesForAWhile) {
  Publication p;
  p.desired.buffer.after_publish = AfterPublish::kTrash;
  p.write("a.bin", "one");
  EXPECT_TRUE(p.pass().report->converged);
  EXPECT_FALSE(p.in_buffer("a.bin"));
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(p.folder / "buffer/.trash"))
    found += entry.path().filename() == "a.bin";
  EXPECT_EQ(found, 1u);
}

TEST(Pass, LastFileCommitsEachFileInTurn) {
  Publication p(Strategy::kLastFile);
  p.write("a.bin", "one");
  p.write("b.bin", "two");
  p.pass();
  EXPECT_EQ(p.in_buffer("a.bin") + p.in_buffer("b.bin"), 1);
  p.pass();
  EXPECT_FALSE(p.in_buffer("a.bin") || p.in_buffer("b.bin"));
  EXPECT_EQ(p.commits(), 2u);
  EXPECT_TRUE(p.pass().plan.empty());
}

TEST(Pass, TwoFieldCommitsTheKeyAndTheDigestApart) {
  Publication p(Strategy::kTwoField);
  p.write("a.bin", "one");
  const PassResult first = p.pass();
  ASSERT_TRUE(first.report && first.report->converged) << problems(first);
  const ChainView view = p.chain->observe({13, "5Hotkey"}).value();
  const std::string index = p.store->get(ObjectKey("i/00000001.json"), Bytes(10000)).value();
  EXPECT_EQ(describe(*view.commitment),
            "i/00000001.json + Sha256 0x" + to_hex(sha256_of(std::string_view(index))));
  EXPECT_TRUE(p.pass().plan.empty());
  p.write("b.bin", "two");
  EXPECT_TRUE(p.pass().report->converged);
  EXPECT_EQ(p.commits(), 2u);
  EXPECT_FALSE(p.in_buffer("a.bin") || p.in_buffer("b.bin"));
}

// On real folders, with the index in one piece and in parts, over several days.
TEST(Pass, EveryStrategyWithAnIndexCarriesFilesToTheChainAndThenWantsNothing) {
  for (const Strategy strategy :
       {Strategy::kIndex, Strategy::kContentAddressed, Strategy::kTwoField, Strategy::kStaticPointer})
    for (const std::size_t inline_max : {kIndexInlineMax, std::size_t{1}}) {
      SCOPED_TRACE(std::to_string(static_cast<int>(strategy)) + " " + std::to_string(inline_max));
      Publication p(strategy);
      p.site.index_inline_max = inline_max;
      for (int day = 0; day < 3; ++day) {
        p.write(std::to_string(day) + ".bin", std::to_string(day));
        const PassResult result = p.pass();
        EXPECT_TRUE(result.report && result.report->converged) << problems(result);
        EXPECT_FALSE(p.in_buffer(std::to_string(day) + ".bin"));
        p.open();
        EXPECT_TRUE(p.pass().plan.empty());
        p.clock.ahead += std::chrono::days(1);
      }
      EXPECT_EQ(p.commits(), strategy == Strategy::kStaticPointer ? 1u : 3u);
      EXPECT_EQ(std::filesystem::exists(p.folder / "bucket/i/parts"), inline_max == 1);
    }
}

TEST(Pass, AnIndexThatWasPutBackByHandIsAsGoodAsBefore) {
  Publication p;
  p.write("a.bin", "one");
  p.pass();
  const ObjectKey key("i/00000001.json");
  const std::string bytes = p.store->get(key, Bytes(10000)).value();
  ASSERT_TRUE(p.store->remove(key));
  ASSERT_TRUE(p.store->put(key, body_of(bytes), {}));  // the bytes, without our metadata
  p.write("a.bin", "one");                             // published already: only the release is left
  const PassResult result = p.pass();
  EXPECT_TRUE(result.report && result.report->converged) << problems(result);
}

TEST(Pass, WithoutACommitmentFilesAreReleasedOnceTheyAreVerified) {
  Publication p(Strategy::kNone);
  p.write("a.bin", "one");
  const PassResult result = p.pass();
  EXPECT_TRUE(result.report->converged) << problems(result);
  EXPECT_FALSE(p.in_buffer("a.bin"));
  EXPECT_EQ(p.commits(), 0u);
}

// The embedded bucket enforces no rules: we expire, and only after the index without the object is final.
TEST(Pass, ExpiresOwnObjectsAfterTheyLeftTheCommittedIndex) {
  Publication p;
  p.desired.guards.max_delete_percent = 100;
  p.write("a.bin", "one");
  p.pass();
  const ObjectKey key = only_key(p);
  p.clock.ahead += std::chrono::days(13) + Seconds(600);  // within the margin of one day
  EXPECT_TRUE(p.pass().report->converged);
  EXPECT_EQ(p.commits(), 2u);
  EXPECT_TRUE(p.store->head(key).value().has_value()) << "it has left the index, and waits out its grace";
  p.clock.ahead += std::chrono::days(1);
  EXPECT_TRUE(p.pass().report->converged);
  EXPECT_FALSE(p.store->head(key).value().has_value());
  EXPECT_EQ(p.journal->view("directory://p", p.clock.now() - Seconds(60)).value().deleted_objects, 1u);
}

TEST(Pass, AForeignObjectSurvivesEverything) {
  Publication p;
  p.write("a.bin", "one");
  p.pass();
  std::filesystem::create_directories(p.folder / "bucket/data/theirs");
  std::ofstream(p.folder / "bucket/data/theirs/x.bin") << "theirs";
  p.desired.guards.max_delete_percent = 100;
  const ObjectKey own = only_key(p);
  p.clock.ahead += std::chrono::days(60);
  p.pass();
  p.pass();
  EXPECT_FALSE(p.store->head(own).value().has_value()) << "expiry is at work";
  EXPECT_TRUE(std::filesystem::exists(p.folder / "bucket/data/theirs/x.bin"));
}

TEST(SavedPlan, IsRefusedByNameWhenAFileChanged) {
  Publication p;
  p.write("a.bin", "one");
  const Plan saved = plan_only(p.desired, p.site, p.ports().reading(), {}).plan;
  p.write("b.bin", "later");  // a new file does not make it stale
  const Plan fresh = plan_only(p.desired, p.site, p.ports().reading(), {}).plan;
  const Result<Plan> kept = only_what_was_saved(saved, fresh);
  ASSERT_TRUE(kept) << kept.error().cause;
  EXPECT_EQ(kept->counts.upload, 1u);
  EXPECT_EQ(std::count_if(kept->steps.begin(), kept->steps.end(),
                          [](const Step& s) { return std::holds_alternative<UploadFile>(s.action); }),
            1);
  p.write("a.bin", "changed");
  const Result<Plan> stale =
      only_what_was_saved(saved, plan_only(p.desired, p.site, p.ports().reading(), {}).plan);
  ASSERT_FALSE(stale);
  EXPECT_NE(stale.error().cause.find("a.bin"), std::string::npos);
}

TEST(SavedPlan, AnApprovalFitsOneDigestOnly) {
  Publication p;
  p.write("a.bin", "one");
  const Plan plan = plan_only(p.desired, p.site, p.ports().reading(), {}).plan;
  EXPECT_TRUE(check_approval(to_hex(plan.digest).substr(0, 8), plan));
  EXPECT_TRUE(check_approval("sha256:" + to_hex(plan.digest), plan));
  EXPECT_FALSE(check_approval("00000000", plan));
  EXPECT_FALSE(check_approval("", plan));
}

}  // namespace
}  // namespace reconcile
