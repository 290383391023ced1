#include "reconciler/verify/sample.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/sha256.h"

namespace reconcile::verify {
namespace {

std::vector<IndexEntry> objects(std::size_t count, const std::string& prefix = "data/") {
  std::vector<IndexEntry> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back({.key = ObjectKey(prefix + std::to_string(1000 + i))});
  return out;
}

BlockSeed seed(std::uint8_t first) {
  std::array<std::uint8_t, 32> out{};
  out[0] = first;
  return BlockSeed(out);
}

std::set<std::string> keys(const std::vector<IndexEntry>& all, const Sampling& sampling,
                           const BlockSeed& by) {
  std::set<std::string> out;
  for (const std::size_t at : choose(all, sampling, by)) out.insert(all[at].key.get());
  return out;
}

TEST(Sample, IsWhatAnybodyComputesFromTheBlockAndTheKeys) {
  const auto all = objects(200);
  const Sampling ten{};
  std::vector<std::pair<std::string, std::string>> ranked;
  for (const IndexEntry& entry : all) {
    ByteVector bytes(32);
    bytes[0] = 7;
    const ByteView key = view_of(entry.key.get());
    bytes.insert(bytes.end(), key.begin(), key.end());
    ranked.emplace_back(to_hex(sha256_of(ByteView(bytes))), entry.key.get());
  }
  std::sort(ranked.begin(), ranked.end());
  std::set<std::string> expected;
  for (std::size_t i = 0; i < 10; ++i) expected.insert(ranked[i].second);
  EXPECT_EQ(keys(all, ten, seed(7)), expected);
}

TEST(Sample, IsAnotherForAnotherBlock) {
  const auto all = objects(1000);
  EXPECT_NE(keys(all, {}, seed(1)), keys(all, {}, seed(2)));
  EXPECT_EQ(keys(all, {}, seed(1)), keys(all, {}, seed(1)));
}

TEST(Sample, OfMoreThanThereAreIsAll) {
  EXPECT_EQ(choose(objects(3), {}, seed(1)), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_TRUE(choose({}, {}, seed(1)).empty());
}

RC_GTEST_PROP(Subset, TakesEachObjectOnceWhateverElseThereIs, (std::uint8_t count, std::uint8_t more)) {
  const std::uint64_t parts = *rc::gen::inRange<std::uint64_t>(1, 40);
  const auto all = objects(count);
  auto grown = all;
  for (const IndexEntry& entry : objects(more, "other/")) grown.push_back(entry);
  std::set<std::string> seen;
  for (std::uint64_t part = 1; part <= parts; ++part) {
    const Sampling sampling{.kind = Sampling::Kind::kSubset, .part = part, .parts = parts};
    const auto chosen = keys(all, sampling, seed(1));
    const auto among_more = keys(grown, sampling, seed(2));  // no seed has a say
    for (const std::string& key : chosen) {
      RC_ASSERT(seen.insert(key).second);
      RC_ASSERT(among_more.contains(key));
    }
  }
  RC_ASSERT(seen.size() == all.size());
}

TEST(Subset, IsWrittenAsPartOfParts) {
  const auto read = parse_subset("3/30");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->part, 3u);
  EXPECT_EQ(read->parts, 30u);
  for (const char* text : {"0/30", "31/30", "1/0", "1", "/30", "1/", "1/30x", "-1/3", "1/1000001", ""})
    EXPECT_FALSE(parse_subset(text)) << text;
}

TEST(Seed, IsTheHashOfABlock) {
  const std::string text = "0x" + std::string(62, '0') + "ab";
  EXPECT_EQ(print_seed(*parse_seed(text)), text);
  for (const char* wrong : {"", "0x", "7412908", "0x00"}) EXPECT_FALSE(parse_seed(wrong)) << wrong;
}

}  // namespace
}  // namespace reconcile::verify
