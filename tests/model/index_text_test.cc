#include "reconciler/model/index_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/base/bytes.h"
#include "reconciler/model/index_lines.h"

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

// What this program prints is read without the parser; anything else by it. With a space before the list, it
// is always the parser, and both must say the same of every text, right or wrong.
TEST(IndexText, ReadsItsOwnPrintAsTheParserDoes) {
  const std::string own = R"({"schema":"x","objects":[)" + entry("a") + "," +
                          entry("b/c.gz", R"(,"rows":70)") + "," + entry("d") +
                          R"(],"signature":{"type":"t"}})" + "\n";
  const auto by_parser = [](std::string text) {
    const std::size_t list = text.find("\"objects\":[");
    if (list != std::string::npos) text.insert(list + 10, " ");
    return text;
  };
  const auto told = [](const std::string& text) {
    const Result<IndexText> read = read_index_text(text);
    if (!read) return read.error().cause;
    std::string out = read->around.dump();
    if (!read->objects) return out + " none";
    for (const IndexEntry& e : *read->objects)
      out += "\n" + e.key.get() + " " + std::to_string(e.size.get()) + " " + to_hex(e.sha256) + " " +
             std::to_string(e.time.time_since_epoch().count()) + " " + std::to_string(e.rows.value_or(999));
    return out;
  };
  EXPECT_THAT(told(own), HasSubstr("\nb/c.gz 5 " + kDigest + " 1795332014 70"));
  ASSERT_TRUE(read_index_lines(own));
  EXPECT_FALSE(read_index_lines(by_parser(own)));
  for (const std::string& put :
       {std::string(""), std::string("0"), std::string("\""), std::string("\\"), std::string("}"),
        std::string("]"), std::string(","), std::string(" "), std::string("\xff"), std::string("\xc3\xbc"),
        std::string("\\u0041"), std::string("Z"), std::string(1, '\0'), std::string("[{"),
        std::string(",\"objects\":[]"), std::string("\"objects\":1,")})
    for (std::size_t at = 0; at <= own.size(); ++at)
      for (const std::size_t out : {std::size_t{0}, std::size_t{1}}) {
        std::string text = own;
        text.replace(at, out, put);
        EXPECT_EQ(told(text), told(by_parser(text))) << text;
      }
  EXPECT_EQ(told(R"({"a":{"b":1,"objects":[)" + entry("x") + "]}}"),
            told(R"({"a":{"b":1,"objects": [)" + entry("x") + "]}}"))
      << "a list of that name elsewhere";
}

}  // namespace
}  // namespace reconcile
