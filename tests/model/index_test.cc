#include "reconciler/model/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/model/index_signature.h"

namespace reconcile {
namespace {

using testing::HasSubstr;

const Instant kNow = parse_time("2026-11-22T07:20:14Z").value();
constexpr Seconds kDay = std::chrono::days(1);

/// `count` entries, one each `apart` back from kNow; keys are in another order than times.
Index index_of(std::size_t count, Seconds apart) {
  Index out;
  out.seq = 124;
  out.netuid = 13;
  out.hotkey = "5Hotkey";
  out.time = kNow;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = std::to_string((i * 7919) % count + 1'000'000);
    out.objects.push_back({ObjectKey("data/" + name), Bytes(i), sha256_of(std::string_view(name)),
                           kNow - static_cast<std::int64_t>(i) * apart, std::nullopt});
  }
  std::sort(out.objects.begin(), out.objects.end(),
            [](const IndexEntry& a, const IndexEntry& b) { return a.key < b.key; });
  return out;
}

struct Stored {
  StoredIndex index;
  std::map<ObjectKey, std::string> parts;
};

Stored store(const Index& index, std::size_t inline_max) {
  Stored out;
  out.index = store_index(index, inline_max, [&](const IndexPart& part, const std::string& content) {
    EXPECT_TRUE(out.parts.emplace(part.key, content).second);
  });
  return out;
}

Result<Index> read(const Stored& stored) {
  TRY_ASSIGN(IndexRoot root, parse_index_root(stored.index.root));
  EXPECT_EQ(root.parts, stored.index.parts);
  std::vector<IndexEntry> all;
  for (const IndexPart& part : root.parts) {
    TRY_ASSIGN(std::vector<IndexEntry> entries, parse_index_part(stored.parts.at(part.key), part));
    all.insert(all.end(), entries.begin(), entries.end());
  }
  return join_index(std::move(root.index), std::move(all));
}

TEST(IndexKey, OfEitherFormGivesItsNumberAndSortsByIt) {
  const Sha256 digest = sha256_of(std::string_view("abc"));
  const ObjectKey plain = index_key("i/", 124), hashed = index_key("i/", 124, digest);
  EXPECT_EQ(plain.get(), "i/00000124.json");
  EXPECT_EQ(hashed.get(), "i/00000124-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0.json");
  EXPECT_EQ(hashed.get().size() + 52, 111u) << "behind an r2.dev address: 128 at most";
  EXPECT_EQ(index_seq("i/", plain), 124u);
  EXPECT_EQ(index_seq("i/", hashed), 124u);
  EXPECT_FALSE(index_digest("i/", plain));
  EXPECT_EQ(index_digest("i/", hashed), digest);
  EXPECT_LT(hashed, index_key("i/", 125));
  EXPECT_LT(plain, index_key("i/", 125, digest));
  EXPECT_LT(index_stem("i/", 124), hashed.get());
}

TEST(IndexKey, WhatIsBesideTheIndexesIsNone) {
  for (const char* key :
       {"i/latest.json", "i/parts/2026-11-22-0123456789abcdef.json", "i/124.json", "i/000000124.json",
        "i/100000000.json", "i/00000124-short.json", "i/00000124_.json", "i/00000124.json.bak",
        "i/0000012x.json", "i/00000124-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1.json", "x/00000124.json",
        "i/.json"})
    EXPECT_FALSE(index_seq("i/", ObjectKey(key))) << key;
}

TEST(IndexParts, ASmallIndexIsOneObjectAndPrintsAsItAlwaysDid) {
  const Index index = index_of(1000, Seconds(3600));
  const Stored stored = store(index, kIndexInlineMax);
  EXPECT_TRUE(stored.parts.empty());
  EXPECT_EQ(stored.index.root, print_index(index));
  EXPECT_EQ(stored.index.root.find("\"parts\""), std::string::npos);
  EXPECT_EQ(parse_index(stored.index.root).value(), index);
}

TEST(IndexParts, ALargerOneHasAPartForEachDayGoneByAndKeepsTodayInTheRoot) {
  const Index index = index_of(1001, Seconds(3600));  // 41 days and some hours
  const Stored stored = store(index, kIndexInlineMax);
  EXPECT_EQ(stored.index.parts.size(), 42u);
  EXPECT_EQ(stored.index.parts.front().key.get().substr(0, 19), "i/parts/2026-10-11-");
  EXPECT_EQ(stored.index.parts.back().key.get().substr(0, 19), "i/parts/2026-11-21-");
  EXPECT_EQ(stored.index.parts.back().count, 24u);
  const IndexRoot root = parse_index_root(stored.index.root).value();
  EXPECT_EQ(root.index.objects.size(), 8u) << "from midnight to 07:20";
  EXPECT_EQ(read(stored).value(), index);
  EXPECT_THAT(parse_index(stored.index.root).error().cause, HasSubstr("names parts"));
}

TEST(IndexParts, APartWhoseEntriesDidNotChangeIsTheSameObject) {
  Index index = index_of(1500, Seconds(3600));
  const Stored before = store(index, kIndexInlineMax);
  index.seq = 125;
  index.time = kNow + Seconds(1200);
  index.objects.push_back({ObjectKey("data/z"), Bytes(1), Sha256(), index.time, std::nullopt});
  const Stored after = store(index, kIndexInlineMax);
  EXPECT_EQ(after.index.parts, before.index.parts);
  // The oldest entry leaves: its day is another object, or none; the other days stay.
  const auto oldest =
      std::min_element(index.objects.begin(), index.objects.end(),
                       [](const IndexEntry& a, const IndexEntry& b) { return a.time < b.time; });
  index.objects.erase(oldest);
  const Stored without = store(index, kIndexInlineMax);
  std::size_t kept = 0;
  for (const IndexPart& part : without.index.parts)
    kept += static_cast<std::size_t>(std::count(before.index.parts.begin(), before.index.parts.end(), part));
  EXPECT_EQ(kept, before.index.parts.size() - 1);
}

TEST(IndexParts, AreNeverMoreThanTheBoundAndLoseNothing) {
  const Index index = index_of(kIndexPartsMax + 50, kDay);
  const Stored stored = store(index, 10);
  EXPECT_EQ(stored.index.parts.size(), kIndexPartsMax);
  EXPECT_EQ(stored.index.parts.front().count, 50u) << "49 days too many, and the one that they share";
  EXPECT_EQ(read(stored).value(), index);
}

TEST(IndexParts, AnythingElseThanTheRootSaysIsRefused) {
  const Stored stored = store(index_of(1001, Seconds(3600)), kIndexInlineMax);
  const IndexPart part = stored.index.parts.front();
  const std::string text = stored.parts.at(part.key);
  EXPECT_TRUE(parse_index_part(text, part));
  std::string changed = text;
  changed[changed.size() / 2] ^= 1;
  EXPECT_FALSE(parse_index_part(changed, part));
  EXPECT_FALSE(parse_index_part(text + " ", part));
  IndexPart more = part;
  ++more.count;
  EXPECT_THAT(parse_index_part(text, more).error().cause, HasSubstr("the root says"));
  EXPECT_FALSE(parse_index_part(stored.index.root, part));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(IndexParts, ARootThatNamesAnythingButPartsIsRefused) {
  const Stored stored = store(index_of(1001, Seconds(3600)), kIndexInlineMax);
  const std::string& root = stored.index.root;
  const std::string first = stored.index.parts.front().key.get();
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{first, "data/anything"},
                                                        {first, "i/parts/../../data"},
                                                        {first, stored.index.parts.back().key.get()},
                                                        {"\"count\":", "\"count\":2000000"},
                                                        {"\"size\":", "\"size\":9999999"},
                                                        {"\"parts\":[", "\"parts\":[1,"}})
    EXPECT_FALSE(parse_index_root(replaced(root, from, to))) << to;
}

TEST(IndexParts, AKeyThatStandsTwiceIsRefused) {
  Index index = index_of(3, kDay);
  EXPECT_FALSE(join_index(index, {index.objects[1]}));
}

RC_GTEST_PROP(IndexParts, ParseInvertsPrintWhateverTheThreshold, ()) {
  Index index;
  index.seq = *rc::gen::inRange<std::uint64_t>(1, kIndexSeqMax);
  index.netuid = 13;
  index.hotkey = *rc::gen::string<std::string>();
  index.hotkey.erase(
      std::remove_if(index.hotkey.begin(), index.hotkey.end(), [](char c) { return c < 0x20 || c == 0x7f; }),
      index.hotkey.end());
  index.time = kNow;
  const auto names = *rc::gen::container<std::set<unsigned>>(rc::gen::inRange(0u, 5000u));
  for (const unsigned name : names) {
    const auto age = *rc::gen::inRange<std::int64_t>(-86400, 40 * 86400);
    index.objects.push_back({ObjectKey("data/" + std::to_string(10'000 + name)), Bytes(name), Sha256(),
                             kNow - Seconds(age), std::nullopt});
  }
  const auto inline_max = *rc::gen::inRange<std::size_t>(0, names.size() + 2);
  const Stored stored = store(index, inline_max);
  RC_ASSERT(read(stored).value() == index);
  RC_ASSERT(store(read(stored).value(), inline_max).index.root == stored.index.root);
  if (index.objects.size() <= inline_max) RC_ASSERT(stored.parts.empty());
}

TEST(Signature, IsTheLastMemberAndComesOffToTheLetter) {
  Index index = index_of(3, Seconds(60));
  const std::string plain = print_index(index);
  index.signature = IndexSignature{"sr25519", ByteVector(64, 0xfb)};
  const std::string text = print_index(index);
  EXPECT_THAT(text, testing::EndsWith("]" + std::string(",\"signature\":{\"type\":\"sr25519\",\"value\":\"") +
                                      to_base64(ByteVector(64, 0xfb)) + "\"}}\n"));
  EXPECT_EQ(parse_index(text).value(), index);
  const auto split = split_signature(text);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->unsigned_text, plain);
  EXPECT_EQ(split->signature, *index.signature);
  EXPECT_FALSE(split_signature(plain));
  EXPECT_EQ(signed_message("x"), "<Bytes>x</Bytes>");
}

// What a later version adds stays under the signature, though this one does not understand it.
TEST(Signature, CoversWhatIsNotUnderstood) {
  const std::string plain = replaced(print_index(index_of(1, kDay)), "\"time\":", "\"later\":1,\"time\":");
  const std::string text = with_signature(plain, {"sr25519", ByteVector(64, 1)});
  EXPECT_TRUE(parse_index(text));
  EXPECT_EQ(split_signature(text)->unsigned_text, plain);
}

TEST(Signature, InAnotherSpellingIsNone) {
  const std::string text = with_signature(print_index(index_of(1, kDay)), {"sr25519", ByteVector(64, 1)});
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"}}\n", "}}"}, {"}}\n", "} }\n"}, {"sr25519", ""}, {"sr25519", "sr\\u0032"}, {"AQ==", "AR=="}})
    EXPECT_FALSE(split_signature(replaced(text, from, to))) << to;
  // A name that looks like a signature is escaped, and ends nothing.
  Index index = index_of(1, kDay);
  index.objects[0].key = ObjectKey(R"(x,"signature":{"type":"a","value":"AQ=="}})");
  EXPECT_FALSE(split_signature(print_index(index)));
}

}  // namespace
}  // namespace reconcile
