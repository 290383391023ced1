#include "reconciler/model/glob.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile {
namespace {

TEST(Glob, StarStaysWithinAPart) {
  EXPECT_TRUE(glob_match("*.parquet", "a.parquet"));
  EXPECT_TRUE(glob_match("*.parquet", ".parquet"));
  EXPECT_FALSE(glob_match("*.parquet", "a/b.parquet"));
  EXPECT_FALSE(glob_match("*.parquet", "a.parquet.tmp"));
  EXPECT_TRUE(glob_match("data/*/x?.json*", "data/2026/x1.json.gz"));
  EXPECT_FALSE(glob_match("data/?/x", "data///x"));
}

TEST(Glob, DoubleStarCrossesParts) {
  EXPECT_TRUE(glob_match("data/**", "data/a/b/c"));
  EXPECT_TRUE(glob_match("**/x", "x"));
  EXPECT_TRUE(glob_match("**/x", "a/b/x"));
  EXPECT_FALSE(glob_match("**/x", "ax"));
  EXPECT_TRUE(glob_match("a/**/b", "a/b"));
  EXPECT_TRUE(glob_match("a/**/b", "a/1/2/b"));
  EXPECT_FALSE(glob_match("a/**/b", "ab"));
  EXPECT_FALSE(glob_match("a/**/b", "a/1b"));
  EXPECT_TRUE(glob_match("objects/data/job_id=gold-*/**", "objects/data/job_id=gold-7/a/b.parquet"));
}

TEST(Glob, SetsAreOneCharacter) {
  EXPECT_TRUE(glob_match("[a-c]x", "bx"));
  EXPECT_FALSE(glob_match("[!a-c]x", "bx"));
  EXPECT_TRUE(glob_match("[!a-c]x", "zx"));
  EXPECT_TRUE(glob_match("[]]x", "]x"));
  EXPECT_TRUE(glob_match("[a-]x", "-x"));
  EXPECT_FALSE(glob_match("a[!b]c", "a/c"));
  EXPECT_TRUE(glob_match("\\*\\[", "*["));
}

TEST(Glob, StarsMayBeEmptyAndNeverCrossASlash) {
  EXPECT_FALSE(glob_match("a?c", "ac"));
  EXPECT_FALSE(glob_match("a?c", "a/c"));
  EXPECT_FALSE(glob_match("*.parquet", "day/a.parquet"));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_FALSE(glob_match("?", ""));
  EXPECT_FALSE(glob_match("**/x.json", "a/bx.json"));
  EXPECT_FALSE(glob_match("a/**", "b/a/c"));
  EXPECT_TRUE(glob_match("part-[0-9][0-9].json", "part-07.json"));
  EXPECT_FALSE(glob_match("part-[0-9].json", "part-x.json"));
  EXPECT_TRUE(glob_match("[^ab]c", "xc"));
  EXPECT_TRUE(glob_match("[*]", "*"));
  EXPECT_FALSE(glob_match("[*]", "a"));
  EXPECT_TRUE(glob_match_path("2026/*/x.json", "2026/11/x.json"));
  EXPECT_FALSE(glob_match_path("2026/x.json", "2026/11/x.json"));
  EXPECT_FALSE(glob_match_path("/x.json", "x.json"));
}

TEST(Glob, RefusesWhatCannotBeMeant) {
  for (const char* bad : {"", "[a", "[", "[z-a]", "x\\", "[\\"}) EXPECT_FALSE(check_glob(bad)) << bad;
  EXPECT_FALSE(check_glob(std::string(1025, 'a')));
  EXPECT_FALSE(glob_match("[a", "[a"));
}

TEST(Glob, APatternWithoutSlashLooksAtTheFileName) {
  EXPECT_TRUE(glob_match_path("*.parquet", "a/b.parquet"));
  EXPECT_FALSE(glob_match_path("a/*.parquet", "x/a/b.parquet"));
}

TEST(Glob, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(1000, 'a')));
}

/// The plain recursive meaning of `*` and `?`, for comparison.
bool naive(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    for (std::size_t i = 0;; ++i) {
      if (naive(pattern.substr(1), text.substr(i))) return true;
      if (i == text.size() || text[i] == '/') return false;
    }
  }
  return !text.empty() && (pattern[0] == '?' ? text[0] != '/' : text[0] == pattern[0]) &&
         naive(pattern.substr(1), text.substr(1));
}

RC_GTEST_PROP(Glob, AgreesWithThePlainDefinition, ()) {
  std::string pattern = *rc::gen::container<std::string>(rc::gen::element('a', 'b', '/', '*', '?'));
  while (pattern.find("**") != std::string::npos) pattern.erase(pattern.find("**"), 1);
  RC_PRE(!pattern.empty() && pattern.size() < 12);
  const std::string text = *rc::gen::container<std::string>(rc::gen::element('a', 'b', '/'));
  RC_ASSERT(glob_match(pattern, text) == naive(pattern, text));
}

}  // namespace
}  // namespace reconcile
