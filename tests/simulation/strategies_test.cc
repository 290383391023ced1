// What each strategy owes its readers when others meddle with the bucket and the chain.

#include "tests/simulation/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile {
namespace {

using namespace simulation;
using testing::HasSubstr;

constexpr const char* kLatest = kPointerKey;
const Way kPointer{"StaticPointer", Strategy::kStaticPointer};

std::string refusals(const PassResult& result) {
  std::string out;
  for (const Refusal& refusal : result.plan.refusals) out += refusal.error.cause + "\n";
  if (result.report)
    for (const ActionOutcome& outcome : result.report->outcomes)
      if (outcome.error) out += outcome.error->cause + "\n";
  return out;
}

/// Some files, each published by a pass of its own.
void publish(Simulation& simulation, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(simulation.written.size());
    simulation.scrape("f" + number + ".parquet", "content " + number);
    simulation.world.advance(Seconds(1200));
    simulation.pass();
  }
}

std::string content(const Simulation& simulation, const std::string& key) {
  return *simulation.world.bucket.objects.at(key).content;
}

/// Somebody else writes: no fault, no metadata of ours.
void meddle(Simulation& simulation, const std::string& key, const std::string& text) {
  simulation.world.bucket.objects[key] = {std::make_shared<const std::string>(text),
                                          sha256_of(std::string_view(text)),
                                          "",
                                          {},
                                          simulation.world.now};
}

std::vector<std::string> keys(const Simulation& simulation, const std::string& prefix) {
  std::vector<std::string> out;
  for (const auto& [key, object] : simulation.world.bucket.objects)
    if (key.starts_with(prefix)) out.push_back(key);
  return out;
}

TEST(StaticPointer, IsRepairedWhenItIsChangedOrGone) {
  for (const char* drift : {"gone", "text", "older", "forged"}) {
    SCOPED_TRACE(drift);
    Simulation simulation({}, kPointer);
    publish(simulation, 3);
    const std::string right = content(simulation, kLatest);
    EXPECT_EQ(right, content(simulation, "i/00000003.json"));
    if (drift == std::string("gone")) simulation.world.bucket.objects.erase(kLatest);
    if (drift == std::string("text")) meddle(simulation, kLatest, "not an index");
    if (drift == std::string("older")) meddle(simulation, kLatest, content(simulation, "i/00000001.json"));
    if (drift == std::string("forged"))
      meddle(simulation, kLatest,
             with_signature(split_signature(right)->unsigned_text,
                            {"sim", sim::sim_signature("5Somebody", "x", 1)}));
    const PassResult pass = simulation.pass();
    EXPECT_TRUE(pass.report && pass.report->converged) << refusals(pass);
    EXPECT_EQ(content(simulation, kLatest), right);
    EXPECT_EQ(simulation.world.chain.included.size(), 1u);
    EXPECT_EQ(keys(simulation, "i/0").size(), 3u) << "nothing was signed anew";
  }
}

// The bucket is not the authority: whoever may write there cannot have us sign what is theirs.
TEST(StaticPointer, FollowsNoIndexThatTheHotkeyDidNotSign) {
  Simulation simulation({}, kPointer);
  publish(simulation, 2);
  Index theirs;
  theirs.seq = 50;
  theirs.netuid = 13;
  theirs.hotkey = "5Hotkey";
  theirs.time = simulation.world.now;
  theirs.objects.push_back({ObjectKey("data/theirs"), Bytes(1), Sha256(), theirs.time, std::nullopt});
  meddle(simulation, "i/00000050.json", print_index(theirs));
  publish(simulation, 1);
  const auto entries = simulation.committed_entries();
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->size(), 3u);
  EXPECT_TRUE(simulation.world.bucket.objects.contains("i/00000051.json")) << "never under a taken number";
  EXPECT_TRUE(simulation.world.folder.files.empty());
}

TEST(StaticPointer, ReleasesNothingWhileReadersSeeAnotherIndex) {
  Simulation simulation({}, kPointer);
  publish(simulation, 1);
  class Stale final : public PublicReader {
   public:
    Stale(PublicReader& inner, std::string old) : inner_(inner), old_(std::move(old)) {}
    Result<std::string> fetch(const std::string& url, Bytes bytes_max) override {
      if (url.ends_with("latest.json")) return old_;
      return inner_.fetch(url, bytes_max);
    }

   private:
    PublicReader& inner_;
    std::string old_;
  } stale(simulation.readers, content(simulation, kLatest));
  simulation.scrape("late.parquet", "late");
  simulation.world.advance(Seconds(1200));
  WritePorts own = simulation.ports();
  WritePorts ports{own.store, own.chain,  own.buffer,  own.journal, own.clock,
                   stale,     own.events, own.checker, own.signer};
  for (int i = 0; i < 3; ++i) run_pass(simulation.desired, simulation.site(), ports, {});
  EXPECT_TRUE(simulation.world.folder.files.contains("late.parquet")) << "a cache shows the old index";
  settle(simulation, 3);
}

TEST(StaticPointer, AForeignAddressIsNotReplacedWithoutAWord) {
  Simulation simulation({}, kPointer);
  const std::string theirs = "https://elsewhere.example/i/latest.json";
  const ByteView bytes = view_of(theirs);
  ASSERT_TRUE(simulation.chain.commit(simulation.account,
                                      {{{Field::Kind::kRaw, ByteVector(bytes.begin(), bytes.end())}}}));
  simulation.scrape("a.parquet", "a");
  simulation.world.advance(Seconds(1200));
  EXPECT_THAT(refusals(simulation.pass()), HasSubstr("not of this publication's format"));
  EXPECT_TRUE(simulation.world.folder.files.contains("a.parquet"));
}

TEST(StaticPointer, AnUnsignedHistoryIsFollowedOnceAndSigned) {
  Simulation simulation({}, {"Index", Strategy::kContentAddressed});
  publish(simulation, 2);
  simulation.way = kPointer;
  simulation.desired = wish(kPointer);
  const PassResult first = simulation.pass();
  EXPECT_TRUE(first.report && first.report->converged) << refusals(first);
  ASSERT_TRUE(simulation.committed_entries());
  EXPECT_EQ(simulation.committed_entries()->size(), 2u) << "what was published before is still named";
}

TEST(StaticPointer, WithoutKeysAnIndexIsUnsignedAndThePlanSaysSo) {
  Simulation simulation({}, kPointer);
  simulation.scrape("a.parquet", "a");
  simulation.world.advance(Seconds(1200));
  WritePorts ports = simulation.ports();
  ports.checker = nullptr;
  ports.signer = nullptr;
  const PassResult ledger = run_pass(simulation.desired, simulation.site(), ports, {});
  EXPECT_TRUE(ledger.report && ledger.report->converged) << refusals(ledger);
  const auto says_so = [](const Note& note) { return note.text.find("is not signed") != std::string::npos; };
  EXPECT_TRUE(std::any_of(ledger.plan.notes.begin(), ledger.plan.notes.end(), says_so));
  EXPECT_FALSE(split_signature(content(simulation, kLatest)));
  // On a chain with keys nothing is published that cannot be signed.
  simulation.desired.commitment->network = Network::kFinney;
  simulation.scrape("b.parquet", "b");
  simulation.world.advance(Seconds(1200));
  EXPECT_THAT(refusals(run_pass(simulation.desired, simulation.site(), ports, {})),
              HasSubstr("needs indexes that are signed"));
  EXPECT_TRUE(simulation.world.folder.files.contains("b.parquet"));
}

TEST(StaticPointer, AKeyOfAnotherHotkeyPublishesNothing) {
  Simulation simulation({}, kPointer);
  sim::SimSigner other("5Other");
  simulation.scrape("a.parquet", "a");
  simulation.world.advance(Seconds(1200));
  WritePorts ports = simulation.ports();
  ports.signer = &other;
  EXPECT_THAT(refusals(run_pass(simulation.desired, simulation.site(), ports, {})),
              HasSubstr("is not that of 5Hotkey"));
  EXPECT_TRUE(keys(simulation, "i/").empty());
  EXPECT_TRUE(simulation.world.folder.files.contains("a.parquet"));
}

TEST(ContentAddressed, AnIndexUnderAKeyThatIsNotItsHashIsNotOurs) {
  Simulation simulation({}, {"ContentAddressed", Strategy::kContentAddressed});
  publish(simulation, 2);
  const std::string second = keys(simulation, "i/00000002-").at(0);
  const std::string first = keys(simulation, "i/00000001-").at(0);
  meddle(simulation, second, content(simulation, first));  // a valid index of ours, and not what the key says
  simulation.scrape("a.parquet", "a");
  simulation.world.advance(Seconds(1200));
  EXPECT_THAT(refusals(simulation.pass()), HasSubstr("its name is the hash of other bytes"));
  EXPECT_TRUE(simulation.world.folder.files.contains("a.parquet"));
}

TEST(ContentAddressed, ThePlanShowsAnUnknownDigestAsSuch) {
  Simulation simulation({}, {"ContentAddressed", Strategy::kContentAddressed});
  simulation.scrape("a.jsonl", "{}");  // compressed on the way, and a dry run compresses nothing
  simulation.world.advance(Seconds(1200));
  const WritePorts ports = simulation.ports();
  const Plan plan = plan_only(simulation.desired, simulation.site(), WritePorts(ports).reading(), {}).plan;
  for (const Step& step : plan.steps) {
    if (const auto* index = std::get_if<WriteIndex>(&step.action)) {
      EXPECT_EQ(index->key.get(), "i/00000001-….json");
    }
    if (const auto* commit = std::get_if<CommitAction>(&step.action)) {
      EXPECT_EQ(commit->text, "https://sim.invalid/i/00000001-….json");
      EXPECT_EQ(commit->bytes, 20u + 59u);
    }
  }
  EXPECT_EQ(plan.counts.commit, 1u);
  simulation.judged = false;  // it judges by the bytes of the raw file
  const PassResult pass = simulation.pass();
  EXPECT_TRUE(pass.report && pass.report->converged) << refusals(pass);
  EXPECT_TRUE(simulation.committed_entries());
}

class InParts : public ::testing::TestWithParam<Strategy> {};

TEST_P(InParts, AMissingOrDamagedPartStopsEverythingUntilItIsAllowedByName) {
  for (const bool gone : {true, false}) {
    Simulation simulation({}, {"InParts", GetParam(), 2});
    for (int day = 0; day < 4; ++day) {
      simulation.world.advance(Seconds(std::chrono::days(1)));
      publish(simulation, 1);
    }
    const std::vector<std::string> parts = keys(simulation, "i/parts/");
    ASSERT_GE(parts.size(), 2u);
    if (gone)
      simulation.world.bucket.objects.erase(parts.at(0));
    else
      meddle(simulation, parts.at(0), "other bytes");
    simulation.scrape("a.parquet", "a");
    simulation.world.advance(Seconds(1200));
    simulation.world.forget_calls();
    const PassResult pass = simulation.pass();
    EXPECT_THAT(refusals(pass), HasSubstr(parts.at(0)));
    EXPECT_TRUE(simulation.world.folder.files.contains("a.parquet"));
    for (const sim::Call& call : simulation.world.writes()) EXPECT_NE(call.method, "commit");
  }
}

// Others wrote over a part that the next index needs again: its key names the bytes that belong there.
TEST_P(InParts, ADamagedPartIsRepairedOnceGoingOnIsAllowedByName) {
  Simulation simulation({}, {"InParts", GetParam(), 2});
  for (int day = 0; day < 4; ++day) {
    simulation.world.advance(Seconds(std::chrono::days(1)));
    publish(simulation, 1);
  }
  const std::string part = keys(simulation, "i/parts/").back();
  meddle(simulation, part, "other bytes");
  simulation.scrape("a.parquet", "a");
  simulation.world.advance(Seconds(1200));
  EXPECT_THAT(refusals(simulation.pass()), HasSubstr(part));
  PassOptions options;
  options.apply.uploads.parallelism = 1;
  options.apply.allowances.add("lost-index");
  WritePorts ports = simulation.ports();
  PassResult pass;
  for (int i = 0; i < 3; ++i) pass = run_pass(simulation.desired, simulation.site(), ports, options);
  EXPECT_TRUE(pass.plan.empty()) << refusals(pass);
  EXPECT_FALSE(simulation.world.folder.files.contains("a.parquet"));
  ASSERT_TRUE(simulation.committed_entries());
}

TEST_P(InParts, APartThatDidNotChangeIsNotWrittenAgain) {
  Simulation simulation({}, {"InParts", GetParam(), 2});
  for (int day = 0; day < 5; ++day) {
    simulation.world.advance(Seconds(std::chrono::days(1)));
    publish(simulation, 1);
  }
  simulation.world.forget_calls();
  simulation.world.advance(Seconds(std::chrono::days(1)));
  publish(simulation, 1);
  std::size_t written = 0;
  for (const sim::Call& call : simulation.world.writes())
    written += call.method == "put" && call.subject.starts_with(kIndexPartsPrefix);
  EXPECT_EQ(written, 1u) << "yesterday's alone";
  EXPECT_EQ(simulation.committed_entries()->size(), 6u);
}

INSTANTIATE_TEST_SUITE_P(Strategies, InParts,
                         ::testing::Values(Strategy::kIndex, Strategy::kContentAddressed, Strategy::kTwoField,
                                           Strategy::kStaticPointer));

// S1. The world takes a part away between the index and the commitment.
TEST(Parts, NothingIsReleasedForAnIndexWhosePartsAreNotAllThere) {
  Simulation simulation({}, {"InParts", Strategy::kIndex, 2});
  for (int day = 0; day < 4; ++day) {
    simulation.world.advance(Seconds(std::chrono::days(1)));
    publish(simulation, 1);
  }
  simulation.scrape("a.parquet", "a");
  simulation.world.advance(Seconds(1200));
  sim::FaultScript script;
  sim::FaultyStore store(simulation.store, script);
  const std::string part = keys(simulation, "i/parts/").at(0);
  script.at("put", 2, sim::FaultScript::When::kBefore, [&] { simulation.world.bucket.objects.erase(part); });
  simulation.store_in_use = &store;
  const std::size_t commits = simulation.world.chain.included.size();
  const PassResult pass = simulation.pass();
  EXPECT_THAT(refusals(pass), HasSubstr(part));
  EXPECT_TRUE(simulation.world.folder.files.contains("a.parquet"));
  EXPECT_EQ(simulation.world.chain.included.size(), commits);
}

// A long history and many parts cost one page: of what lies behind the committed number only the last 16 are
// listed, where an index may have forked off.
TEST(Parts, AreNotListed) {
  sim::WorldOptions options;
  options.page_keys = 4;
  Simulation simulation(options, {"InParts", Strategy::kIndex, 2});
  for (int day = 0; day < 30; ++day) {
    simulation.world.advance(Seconds(std::chrono::days(1)));
    publish(simulation, 1);
  }
  ASSERT_GE(keys(simulation, "i/parts/").size(), 28u);
  Observed observed;
  observed = plan_only(simulation.desired, simulation.site(), simulation.ports().reading(), {}).observed;
  EXPECT_EQ(if_complete(observed.indexes)->size(), 17u);
  EXPECT_EQ(observed.base_index_committed, true);
}

TEST(Parts, AStrayKeyAmongTheNumbersHidesNoIndex) {
  Simulation simulation({}, {"Index", Strategy::kIndex});
  publish(simulation, 2);
  meddle(simulation, "i/00000001.json.bak", "stray");
  meddle(simulation, "i/0.txt", "stray");
  simulation.world.chain.included.resize(1);  // the second commitment never was
  const PassResult pass = simulation.pass();
  EXPECT_TRUE(pass.report && pass.report->converged) << refusals(pass);
  EXPECT_EQ(simulation.committed_entries()->size(), 2u);
}

// Formats without an address: the digest decides whose commitment it is.
TEST(Addressless, AnOlderCommittedIndexIsFoundByItsDigest) {
  Simulation simulation({}, {"Index", Strategy::kIndex});
  simulation.desired.commitment->format = "ours:{sha256:b64url|trunc:22}";
  simulation.judged = false;
  publish(simulation, 2);
  EXPECT_EQ(simulation.world.chain.included.size(), 2u);
  simulation.world.chain.included.resize(1);  // as if the second had been dropped by a fork
  const PassResult pass = simulation.pass();
  EXPECT_TRUE(pass.report && pass.report->converged) << refusals(pass);
  EXPECT_EQ(simulation.world.chain.included.size(), 2u);
}

TEST(Addressless, WhatMerelyLooksLikeOursIsForeign) {
  for (const Strategy strategy : {Strategy::kIndex, Strategy::kLastFile}) {
    Simulation simulation({}, {"", strategy});
    simulation.desired.commitment->format = "ours:{sha256}";
    simulation.judged = false;
    const std::string theirs = "ours:" + to_hex(sha256_of(std::string_view("theirs")));
    const ByteView bytes = view_of(theirs);
    ASSERT_TRUE(simulation.chain.commit(simulation.account,
                                        {{{Field::Kind::kRaw, ByteVector(bytes.begin(), bytes.end())}}}));
    simulation.scrape("a.parquet", "a");
    simulation.world.advance(Seconds(1200));
    EXPECT_THAT(refusals(simulation.pass()), HasSubstr("not of this publication's format"));
    EXPECT_TRUE(simulation.world.folder.files.contains("a.parquet"));
  }
}

TEST(Addressless, ALastFileIsKnownAgainByItsDigest) {
  Simulation simulation({}, {"", Strategy::kLastFile});
  simulation.desired.commitment->format = "ns:model:{sha256:trunc:20}";
  simulation.judged = false;
  for (int i = 0; i < 3; ++i) {
    simulation.scrape("f.parquet", "content " + std::to_string(i));
    simulation.world.advance(Seconds(1200));
    const PassResult pass = simulation.pass();
    EXPECT_TRUE(pass.report && pass.report->converged) << refusals(pass);
  }
  EXPECT_EQ(simulation.world.chain.included.size(), 3u);
}

// MANTIS: one address for ever, whose object is replaced.
TEST(FixedAddress, IsCommittedOnceWhileItsObjectIsReplaced) {
  Simulation simulation({}, {"", Strategy::kLastFile});
  simulation.desired.commitment->format = "{url}";
  simulation.judged = false;
  simulation.desired.upload.key = "o/{name}";
  simulation.desired.upload.on_conflict = OnConflict::kOverwrite;
  for (int i = 0; i < 3; ++i) {
    simulation.scrape("5Hotkey.bin", "content " + std::to_string(i));
    simulation.world.advance(Seconds(1200));
    const PassResult pass = simulation.pass();
    EXPECT_TRUE(pass.report && pass.report->converged) << refusals(pass);
    EXPECT_EQ(content(simulation, "o/5Hotkey.bin"), "content " + std::to_string(i));
    EXPECT_TRUE(simulation.world.folder.files.empty());
  }
  EXPECT_EQ(simulation.world.chain.included.size(), 1u);
}

}  // namespace
}  // namespace reconcile
