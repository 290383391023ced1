#include "reconciler/buffer/glob.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/buffer/names.h"

namespace reconcile::buffer {
namespace {

TEST(Glob, StarAndQuestionMarkStayWithinAPart) {
  EXPECT_TRUE(glob_matches("*.parquet", "a.parquet"));
  EXPECT_TRUE(glob_matches("*.parquet", ".parquet"));
  EXPECT_FALSE(glob_matches("*.parquet", "a.parquet.tmp"));
  EXPECT_FALSE(glob_matches("*.parquet", "day/a.parquet"));
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_FALSE(glob_matches("a?c", "a/c"));
  EXPECT_FALSE(glob_matches("a?c", "ac"));
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_FALSE(glob_matches("?", ""));
  EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Glob, DoubleStarSpansParts) {
  EXPECT_TRUE(glob_matches("**/x.json", "x.json"));
  EXPECT_TRUE(glob_matches("**/x.json", "a/b/x.json"));
  EXPECT_FALSE(glob_matches("**/x.json", "a/bx.json"));
  EXPECT_TRUE(glob_matches("a/**/z", "a/z"));
  EXPECT_TRUE(glob_matches("a/**/z", "a/b/c/z"));
  EXPECT_FALSE(glob_matches("a/**/z", "az"));
  EXPECT_FALSE(glob_matches("a/**/z", "a/bz"));
  EXPECT_TRUE(glob_matches("a/**", "a/b/c"));
  EXPECT_FALSE(glob_matches("a/**", "b/a/c"));
}

TEST(Glob, ClassesHaveRangesAndNegation) {
  EXPECT_TRUE(glob_matches("part-[0-9][0-9].json", "part-07.json"));
  EXPECT_FALSE(glob_matches("part-[0-9].json", "part-x.json"));
  EXPECT_TRUE(glob_matches("[!ab]c", "xc"));
  EXPECT_TRUE(glob_matches("[^ab]c", "xc"));
  EXPECT_FALSE(glob_matches("[!ab]c", "ac"));
  EXPECT_FALSE(glob_matches("[!a]c", "/c"));
  EXPECT_TRUE(glob_matches("[]a]", "]"));
  EXPECT_TRUE(glob_matches("[a-]", "-"));
  EXPECT_TRUE(glob_matches("[*]", "*"));
  EXPECT_FALSE(glob_matches("[*]", "a"));
  EXPECT_TRUE(glob_matches("a[b", "a[b")) << "never closed: a plain character";
}

TEST(Glob, ManyStarsAreNotSlow) {
  const std::string text(5000, 'a');
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

TEST(Glob, APatternWithoutSlashSpeaksOfTheBaseName) {
  EXPECT_TRUE(path_matches("*.json", "2026/11/x.json"));
  EXPECT_TRUE(path_matches("2026/*/x.json", "2026/11/x.json"));
  EXPECT_FALSE(path_matches("2026/x.json", "2026/11/x.json"));
  EXPECT_FALSE(path_matches("/x.json", "x.json"));
}

/// The matcher one would write first: slow on some patterns, but plainly right.
bool naive(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.substr(0, 2) == "**") {
    for (std::size_t i = 0; i <= text.size(); ++i)
      if (naive(pattern.substr(2), text.substr(i))) return true;
    return false;
  }
  if (pattern[0] == '*') {
    if (naive(pattern.substr(1), text)) return true;
    return !text.empty() && text[0] != '/' && naive(pattern, text.substr(1));
  }
  if (text.empty()) return false;
  if (pattern[0] == '?' ? text[0] == '/' : pattern[0] != text[0]) return false;
  return naive(pattern.substr(1), text.substr(1));
}

RC_GTEST_PROP(Glob, AgreesWithTheNaiveMatcher, ()) {
  const auto short_text = [](const std::string& alphabet) {
    return rc::gen::resize(10, rc::gen::container<std::string>(rc::gen::elementOf(alphabet)));
  };
  const std::string text = *short_text("ab/."), pattern = *short_text("ab/.*?");
  // `**/` at the start of a part may be empty together with its slash; the naive matcher does not know that.
  RC_PRE(pattern.find("**/") == std::string::npos);
  RC_ASSERT(glob_matches(pattern, text) == naive(pattern, text));
}

const Patterns kPatterns{{"*.parquet", "*.json.gz"}, {"*.json", "*"}};

TEST(Names, CompressionIsForWhatGains) {
  EXPECT_TRUE(select(kPatterns, "a.json")->compress);
  EXPECT_FALSE(select(kPatterns, "a.parquet")->compress);
  EXPECT_FALSE(select(kPatterns, "a.json.gz")->compress);
  EXPECT_FALSE(select(kPatterns, "a.zst")->compress) << "matched by a compress pattern, sent as it is";
  EXPECT_FALSE(select({{"*.parquet"}, {}}, "a.json").has_value());
}

TEST(Names, ATemporaryNameTakesPartWhenItsFinalOneWould) {
  const Patterns patterns{{"*.parquet"}, {}};
  for (const char* name : {"a.parquet.tmp", "a.parquet.part", "a.parquet.crdownload", ".a.parquet",
                           "d/.a.parquet", ".d/a.parquet", "a.parquet.TMP"}) {
    ASSERT_TRUE(select(patterns, name).has_value()) << name;
    EXPECT_NE(select(patterns, name)->temporary, "") << name;
  }
  EXPECT_EQ(select(patterns, "a.parquet")->temporary, "");
  EXPECT_FALSE(select(patterns, "a.csv.tmp").has_value());
  EXPECT_FALSE(select(patterns, ".tmp").has_value());
}

TEST(Names, OnlyNamesThatCanBeKeysAreUsable) {
  for (const char* name : {"a b", "a+b=c&d%41", "déjà/vu 🙂", "a//b"})
    EXPECT_EQ(unusable_name(name), "") << name;
  EXPECT_NE(unusable_name("a\xff"), "");
  EXPECT_NE(unusable_name("a\xc3"), "");
  EXPECT_NE(unusable_name("a\nb"), "");
  EXPECT_NE(unusable_name("a\x7f"), "");
}

}  // namespace
}  // namespace reconcile::buffer
