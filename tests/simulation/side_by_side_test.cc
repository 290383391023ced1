// Two machines wrote an index at the same moment and gave it the same number: whichever of them is followed,
// what the other one names is not forgotten.

#include "tests/simulation/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile {
namespace {

using namespace simulation;
using testing::Contains;

const Way kWay{"ContentAddressed", Strategy::kContentAddressed};

std::vector<std::string> keys_of(const std::vector<IndexEntry>& entries) {
  std::vector<std::string> out;
  for (const IndexEntry& entry : entries) out.push_back(entry.key.get());
  return out;
}

class SideBySide : public testing::Test {
 protected:
  void publish(const std::string& name) {
    simulation.scrape(name, "content of " + name);
    simulation.world.advance(Seconds(1200));
    simulation.pass();
  }

  std::string put(const std::string& key, const std::string& content) {
    const Sha256 sha256 = sha256_of(std::string_view(content));
    simulation.world.bucket.objects[key] = {std::make_shared<const std::string>(content),
                                            sha256,
                                            "",
                                            {{"sha256", to_hex(sha256)}, {kPublicationMetadata, "sim"}},
                                            simulation.world.now};
    return key;
  }

  Index newest() {
    std::string text;
    for (const auto& [key, object] : simulation.world.bucket.objects)
      if (index_seq(kIndexPrefix, ObjectKey(key))) text = *object.content;
    return parse_index_root(text).value().index;
  }

  /// The other machine's index.
  void write(const Index& index) {
    const std::string text = store_index(index, kIndexInlineMax).root;
    put(index_key(kIndexPrefix, index.seq, sha256_of(std::string_view(text))).get(), text);
  }

  IndexEntry entry(const std::string& key, const std::string& content, Instant time) {
    return {ObjectKey(key), Bytes(content.size()), sha256_of(std::string_view(content)), time, std::nullopt};
  }

  void somebody_else_takes_the_slot() {
    const ByteView taken = view_of("theirs");
    simulation.world.chain.included.push_back(
        {simulation.world.finalized_block(),
         simulation.account,
         {{{Field::Kind::kRaw, ByteVector(taken.begin(), taken.end())}}}});
  }

  PassResult pass_with_leave_to_replace_any_commitment() {
    WritePorts all = simulation.ports();
    PassOptions options;
    options.apply.uploads.parallelism = 1;
    options.apply.allowances.add("foreign-commitment");
    return run_pass(simulation.desired, simulation.site(), all, options);
  }

  Simulation simulation{{}, kWay};
};

// Neither can be told to be the right one once somebody else took the slot. Digests decide which comes last
// in the listing, so several are tried.
TEST_F(SideBySide, BothAreTakenUpWhenNothingSaysWhichWasCommitted) {
  for (int i = 0; i < 6; ++i) {
    publish("f" + std::to_string(i) + ".parquet");
    Index theirs = newest();
    const std::string content = "from the other machine " + std::to_string(i);
    const std::string key = put("data/2026/11/18/other-" + std::to_string(i) + ".parquet", content);
    const std::string ours = theirs.objects.back().key.get();
    theirs.objects.pop_back();
    theirs.objects.push_back(entry(key, content, simulation.world.now));
    std::sort(theirs.objects.begin(), theirs.objects.end(),
              [](const IndexEntry& a, const IndexEntry& b) { return a.key < b.key; });
    write(theirs);
    somebody_else_takes_the_slot();
    const PassResult pass = pass_with_leave_to_replace_any_commitment();
    ASSERT_TRUE(pass.report && pass.report->converged);
    const std::vector<std::string> named = keys_of(simulation.committed_entries().value());
    EXPECT_THAT(named, Contains(key));
    EXPECT_THAT(named, Contains(ours));
  }
}

// The other machine went on from its own index, and somebody else took the slot: nothing follows from ours.
TEST_F(SideBySide, OursIsTakenUpAlthoughTheOtherOneWasFollowed) {
  publish("a.parquet");
  publish("b.parquet");
  Index theirs = newest();
  const std::string ours = theirs.objects.back().key.get();
  theirs.objects.pop_back();
  const std::string key = put("data/2026/11/18/other.parquet", "from the other machine");
  theirs.objects.push_back(entry(key, "from the other machine", simulation.world.now));
  write(theirs);
  theirs.prev = sha256_of(std::string_view(store_index(theirs, kIndexInlineMax).root));
  ++theirs.seq;
  write(theirs);
  somebody_else_takes_the_slot();
  const PassResult pass = pass_with_leave_to_replace_any_commitment();
  ASSERT_TRUE(pass.report && pass.report->converged);
  const std::vector<std::string> named = keys_of(simulation.committed_entries().value());
  EXPECT_THAT(named, Contains(key));
  EXPECT_THAT(named, Contains(ours));
}

// The other one still names what stood under the key before it was deleted and published anew.
TEST_F(SideBySide, TheBytesThatAreThereDecide) {
  publish("a.parquet");
  publish("b.parquet");
  Index theirs = newest();
  const std::string key = theirs.objects.back().key.get();
  theirs.objects.back() = entry(key, "what stood there before", simulation.world.now - Seconds(600));
  write(theirs);
  publish("c.parquet");
  const std::vector<IndexEntry> named = simulation.committed_entries().value();
  ASSERT_EQ(named.size(), 3u);
  for (const IndexEntry& e : named)
    EXPECT_EQ(simulation.world.bucket.objects.at(e.key.get()).sha256, e.sha256);
}

// Its bytes were put again a moment ago, because their time had nearly come.
TEST_F(SideBySide, WhatWasPutAgainKeepsItsNewLife) {
  publish("a.parquet");
  Index theirs = newest();
  theirs.objects.back().time = simulation.world.now - std::chrono::days(13);
  write(theirs);
  publish("b.parquet");
  EXPECT_EQ(simulation.committed_entries()->size(), 2u);
}

}  // namespace
}  // namespace reconcile
