#include "reconciler/verify/print.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/base/units.h"

namespace reconcile::verify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

VerifyResult sample() {
  SlotResult good{
      .hotkey = "5Good",
      .commitment = "rc1|x|https://e.org/i/00000001.json",
      .block = 7,
      .url = "https://e.org/i/00000001.json",
      .form = "index pointer",
      .index =
          IndexFacts{.seq = 1, .time = *parse_time("2026-11-22T11:50:00Z"), .objects = 2, .bytes = Bytes(20)},
      .coverage = {1, Bytes(10)},
      .findings = {{Finding::What::kObject, "data/a", passed("10 B, as the index names it"), Bytes(10)}}};
  SlotResult bad = good;
  bad.hotkey = "5Bad";
  bad.findings.push_back({Finding::What::kObject, "data/\x1b[2Jb", of_status(404), {}});
  SlotResult unseen{.hotkey = "5Unseen", .commitment = "hello", .block = 8};
  unseen.findings.push_back({Finding::What::kCommitment,
                             "hello",
                             not_judged(Blame::kReader, "it is of no form that is known here", "name it"),
                             {}});
  VerifyResult out{.network = "finney", .netuid = 13, .block = 9, .now = *parse_time("2026-11-22T12:00:00Z")};
  for (SlotResult* slot : {&good, &unseen, &bad}) {
    settle(*slot);
    out.slots.push_back(*slot);
  }
  settle(out);
  return out;
}

bool fits_schema(const std::string& text, const char* ending) {
  const std::string file = ::testing::TempDir() + "reconcile-verify-" + std::to_string(::getpid()) + ending;
  std::ofstream(file) << text;
  const std::string command =
      std::string("cd '") + SOURCE_DIR +
      "' && python3 tests/report/check_schema.py --closed schema/verify.schema.json " + file;
  const bool fits = std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe)
  std::remove(file.c_str());
  return fits;
}

TEST(Print, ShowsTheWorstFirstAndWhoseFaultItIs) {
  EXPECT_EQ(
      print_text(sample(), {}),
      "finney · netuid 13 · block 9 finalized\n"
      "\n"
      "5Bad fail\n"
      "  x object data/\\x1b[2Jb  fail, publisher  HTTP 404: not there\n"
      "      what to do: publish it again: what a commitment names must stay until another takes its place\n"
      "    object data/a         pass             10 B, as the index names it\n"
      "\n"
      "5Unseen unknown\n"
      "  ? commitment hello  unknown, reader  it is of no form that is known here\n"
      "      what to do: name it\n"
      "\n"
      "5Good pass\n"
      "    object data/a  pass  10 B, as the index names it\n"
      "\n"
      "Read 2 of 4 objects, 20 B: for each hotkey 10 objects by block\n"
      "  0x0000000000000000000000000000000000000000000000000000000000000000.\n"
      "3 hotkeys: 1 pass, 1 fail, 1 not judged.\n"
      "Verdict: fail. What is marked x is the publisher's to mend.\n");
}

TEST(Print, SaysThatNothingFollowsWhereTheChainToldNothing) {
  VerifyResult result{.network = "finney", .netuid = 13};
  result.chain = of_chain_error({Fault::kTransient, "nobody answers", "try again", {}});
  const std::string text = print_text(result, {});
  EXPECT_THAT(text, HasSubstr("? chain  unknown, infrastructure  nobody answers"));
  EXPECT_THAT(text, HasSubstr("Verdict: not judged."));
  EXPECT_THAT(text, Not(HasSubstr("Read ")));
}

TEST(Print, IsWhatItsSchemaDescribes) {
  VerifyResult result = sample();
  EXPECT_TRUE(fits_schema(print_json(result, 1), ".json"));
  EXPECT_TRUE(fits_schema(print_ndjson(result, 1), ".ndjson"));
  result.slots.clear();
  result.hotkey = "5Good";
  result.sampling.kind = Sampling::Kind::kAll;
  result.chain = of_chain_error({Fault::kTransient, "nobody answers", "try again", {}});
  EXPECT_TRUE(fits_schema(print_json(result, 3), ".json"));
  result.sampling = {.kind = Sampling::Kind::kSubset, .part = 1, .parts = 30};
  EXPECT_TRUE(fits_schema(print_ndjson(result, 3), ".ndjson"));
}

}  // namespace
}  // namespace reconcile::verify
