#include "reconciler/buffer/names.h"

#include <gtest/gtest.h>

namespace reconcile::buffer {
namespace {

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
