#include "reconciler/model/index_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile {
namespace {

using testing::HasSubstr;

const std::string kDigest(64, 'a');

std::string entry(const std::string& key, const std::string& more = "") {
  return R"({"key":")" + key + R"(","size":5,"sha256":")" + kDigest + R"(","time":"2026-11-22T07:20:14Z")" +
         more + "}";
}

std::string why(const std::string& text) {
  const Result<IndexText> read = read_index_text(text);
  return read ? "" : read.error().cause;
}

TEST(IndexText, TellsTheEntriesFromWhatStandsAroundThem) {
  const IndexText read =
      read_index_text(R"({"a":[1,{"objects":[2]}],"objects":[)" + entry("x", R"(,"rows":7)") + "," +
                      entry("y") + R"(],"b":{"c":null}})")
          .value();
  EXPECT_EQ(read.around.dump(), R"({"a":[1,{"objects":[2]}],"b":{"c":null}})");
  ASSERT_TRUE(read.objects);
  ASSERT_EQ(read.objects->size(), 2u);
  EXPECT_EQ(read.objects->at(0).key, ObjectKey("x"));
  EXPECT_EQ(read.objects->at(0).rows, 7u);
  EXPECT_EQ(read.objects->at(1).size, Bytes(5));
}

TEST(IndexText, IgnoresUnknownMembersOfAnEntryHoweverTheyAreNamedInside) {
  const IndexText read =
      read_index_text(R"({"objects":[)" + entry("x", R"(,"later":{"key":"z","size":[9,{"rows":1}]})") + "]}")
          .value();
  EXPECT_EQ(read.objects->at(0).key, ObjectKey("x"));
  EXPECT_EQ(read.objects->at(0).size, Bytes(5));
  EXPECT_FALSE(read.objects->at(0).rows);
}

TEST(IndexText, OfTwoMembersOfOneNameTheLastCounts) {
  EXPECT_EQ(
      read_index_text(R"({"objects":[)" + entry("x", R"(,"size":6)") + "]}").value().objects->at(0).size,
      Bytes(6));
  EXPECT_THAT(why(R"({"objects":[)" + entry("x", R"(,"size":"6")") + "]}"), HasSubstr("objects[0]: no size"));
  EXPECT_FALSE(read_index_text(R"({"objects":[)" + entry("x") + R"(],"objects":5})").value().objects);
  EXPECT_EQ(read_index_text(R"({"objects":[)" + entry("x") + R"(],"objects":[]})").value().objects->size(),
            0u);
}

TEST(IndexText, RefusesWhatIsNoEntryAndSaysWhere) {
  for (const char* wrong : {"1", "\"x\"", "null", "true", "-1", "1.5", "[]", "[{}]"})
    EXPECT_THAT(why(R"({"objects":[)" + entry("x") + "," + wrong + "]}"),
                HasSubstr("objects[1]: not an object"))
        << wrong;
  EXPECT_THAT(why(R"({"objects":[{}]})"), HasSubstr("objects[0]: no key"));
  EXPECT_THAT(why(R"({"objects":[)" + entry("") + "]}"), HasSubstr("no key"));
  EXPECT_THAT(why(R"({"objects":[)" + entry("y") + "," + entry("x") + "]}"), HasSubstr("not sorted"));
  EXPECT_THAT(why(R"({"objects":[)" + entry("y") + "," + entry("y") + "]}"), HasSubstr("not sorted"));
}

TEST(IndexText, RefusesWhatIsNotWholeOrTooDeep) {
  for (const char* text : {"", "{", R"({"objects":[)", R"({"objects":[]}x)", "nul"})
    EXPECT_THAT(why(text), HasSubstr("not JSON")) << text;
  EXPECT_THAT(why(std::string(100'000, '[')), HasSubstr("not JSON"));
  EXPECT_THAT(why(R"({"objects":[{"a":)" + std::string(30, '[') + std::string(30, ']') + "}]}"),
              HasSubstr("not JSON"));
}

}  // namespace
}  // namespace reconcile
