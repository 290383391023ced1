#include "reconciler/directory/key_path.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile::directory {
namespace {

std::string joined(const KeyPath& path) {
  std::string out;
  for (const std::string& folder : path.folders) out += folder + "/";
  return out + path.name;
}

std::string plain(const std::string& key) { return joined(plain_path(ObjectKey(key))); }

/// Keys of the bytes that make paths hard.
rc::Gen<std::string> hard_keys() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::container<std::string>(rc::gen::elementOf(std::string("/.%+a=2F"))),
                    rc::gen::inRange(0, 400)),
      [](const std::pair<std::string, int>& made) {
        const std::string filler(static_cast<std::size_t>(made.second > 250 ? made.second : 0), 'n');
        std::string key = made.first.substr(0, 300) + filler + made.first.substr(0, 300);
        return key.empty() ? std::string("k") : key;
      });
}

TEST(KeyPath, LeavesOrdinaryKeysAsTheyAre) {
  for (const char* key : {"a", "data/2026/11/22/reddit_07.parquet", "i/00000124.json", "ü/日本 +=&.json",
                          ".hidden", "a..b", "100%", "x/.reconcile2"})
    EXPECT_EQ(plain(key), key);
}

TEST(KeyPath, EscapesOnlyWhatNoFileNameHolds) {
  EXPECT_EQ(plain("a//b"), "a/%/b");
  EXPECT_EQ(plain("/a"), "%/a");
  EXPECT_EQ(plain("a/"), "a/%");
  EXPECT_EQ(plain("../../etc/passwd"), "%../%../etc/passwd");
  EXPECT_EQ(plain("./a"), "%./a");
  EXPECT_EQ(plain("%aside/x"), "%%aside/x");
  EXPECT_EQ(plain(".reconcile/bucket.json"), "%.reconcile/bucket.json");
  const std::string long_part(300, 'x');
  EXPECT_EQ(plain(long_part), "%+" + long_part.substr(0, 250) + "/" + long_part.substr(250));
  EXPECT_EQ(plain(std::string(255, 'x')), std::string(255, 'x'));
}

TEST(KeyPath, CutsLongPartsBetweenCharacters) {
  std::string part(249, 'x');
  for (int i = 0; i < 20; ++i) part += "日";
  EXPECT_EQ(plain_path(ObjectKey(part)).folders.at(0), "%+" + std::string(249, 'x'));
}

TEST(KeyPath, RefusesWhatIsNoKey) {
  EXPECT_TRUE(check_key(ObjectKey(std::string(1024, 'k'))));
  EXPECT_FALSE(check_key(ObjectKey(std::string(1025, 'k'))));
  EXPECT_FALSE(check_key(ObjectKey("")));
  EXPECT_FALSE(check_key(ObjectKey(std::string("a\0b", 3))));
  // RFC 3629: overlong, surrogate, beyond U+10FFFF, truncated.
  for (const char* bad : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe6\x97", "\xff"})
    EXPECT_FALSE(check_key(ObjectKey(bad)));
  EXPECT_TRUE(check_key(ObjectKey("\xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80 \xc2\x80")));
}

RC_GTEST_PROP(KeyPath, NeverLeavesTheRootNorMakesAnImpossibleName, ()) {
  const KeyPath path = plain_path(ObjectKey(*hard_keys()));
  std::vector<std::string> names = path.folders;
  names.push_back(path.name);
  RC_ASSERT(names.front() != kOwnFolder);
  RC_ASSERT(names.front() != kAsideFolder);
  for (const std::string& name : names) {
    RC_ASSERT(!name.empty());
    RC_ASSERT(name.size() <= kNameBytesMax);
    RC_ASSERT(name != "." && name != "..");
    RC_ASSERT(name.find('/') == std::string::npos);
  }
}

RC_GTEST_PROP(KeyPath, KeepsDifferentKeysApart, ()) {
  const std::string a = *hard_keys(), b = *hard_keys();
  RC_PRE(a != b);
  RC_ASSERT(plain(a) != plain(b));
  RC_ASSERT(joined(aside_path(ObjectKey(a))) != joined(aside_path(ObjectKey(b))));
  RC_ASSERT(joined(metadata_path(ObjectKey(a))) != joined(metadata_path(ObjectKey(b))));
}

RC_GTEST_PROP(KeyPath, ReadsAsideNamesBack, ()) {
  const ObjectKey key(*hard_keys());
  RC_PRE(check_key(key).has_value());
  const KeyPath path = aside_path(key);
  for (const std::string& folder : path.folders) RC_ASSERT(folder.size() <= kNameBytesMax);
  RC_ASSERT(path.name.size() <= kNameBytesMax);
  RC_ASSERT(key_of_aside(path.folders, path.name) == key);
}

RC_GTEST_PROP(KeyPath, ReadsPercentEncodingBack, (const std::string& text)) {
  RC_ASSERT(percent_decode(percent_encode_path(text)) == text);
}

TEST(KeyPath, ReadsOnlyWholeEscapes) {
  EXPECT_EQ(percent_decode("a%2fb%2F"), "a/b/");
  EXPECT_FALSE(percent_decode("%"));
  EXPECT_FALSE(percent_decode("%2"));
  EXPECT_FALSE(percent_decode("%zz"));
  EXPECT_FALSE(key_of_aside({}, "a%2f.object"));  // not as we write it
  EXPECT_FALSE(key_of_aside({}, "a"));
}

}  // namespace
}  // namespace reconcile::directory
