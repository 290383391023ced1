#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "reconciler/buffer/json_check.h"

namespace reconcile::buffer {
namespace {

/// The verdict when the bytes come in pieces of `step`; empty: whole.
template <class Check>
std::string verdict(std::string_view text, std::size_t step = 1 << 20) {
  Check check;
  for (std::size_t at = 0; at < text.size(); at += step) {
    const Result<void> result = check.update(view_of(text.substr(at, step)));
    if (!result) {
      EXPECT_EQ(result.error().fault, Fault::kCorrupt);
      return result.error().cause;
    }
  }
  const Result<void> result = check.finish();
  return result ? "" : result.error().cause;
}

std::string json(std::string_view text) { return verdict<JsonCheck>(text); }
std::string lines(std::string_view text) { return verdict<JsonLinesCheck>(text); }

// RFC 8259's grammar at its edges; the second half must be refused.
const std::vector<std::string> kValues{"{}",
                                       "[]",
                                       "0",
                                       "-0",
                                       "12",
                                       "-12.5e+3",
                                       "1E9",
                                       "0.0",
                                       "true",
                                       "false",
                                       "null",
                                       "\"\"",
                                       "\"\\u00e9\\n\\/\"",
                                       " [1, 2 ,{\"a\":[]}] ",
                                       "{\"a\":1,\"b\":{\"c\":[null]}}",
                                       "\"\xc3\xa9\"",
                                       "\r\n[\t]\r\n",
                                       "\"\x7f\""};
const std::vector<std::string> kNotValues{"",          " ",          "{",
                                          "[",         "]",          "}",
                                          "[1,]",      "[,1]",       "{\"a\"}",
                                          "{\"a\":}",  "{\"a\":1,}", "{a:1}",
                                          "{1:1}",     "01",         "-",
                                          "+1",        ".5",         "1.",
                                          "1e",        "1e+",        "0x1",
                                          "tru",       "True",       "nul",
                                          "\"",        "\"\\x\"",    "\"\\u12g4\"",
                                          "\"\\u12\"", "\"\n\"",     "[1}",
                                          "{\"a\":1]", "[1 2]",      "{\"a\":1 \"b\":2}",
                                          "--1",       "1-",         "'a'",
                                          "[1]]",      "NaN",        "\"a\" \"b\"",
                                          "1 2"};

TEST(Json, AcceptsTheGrammarAndNothingElse) {
  for (const std::string& text : kValues) {
    EXPECT_EQ(json(text), "") << text;
    EXPECT_TRUE(nlohmann::json::accept(text)) << text;
  }
  for (const std::string& text : kNotValues) {
    EXPECT_NE(json(text), "") << text;
    EXPECT_FALSE(nlohmann::json::accept(text)) << text;
  }
}

TEST(Json, PiecesOfAnySizeGiveTheSameVerdict) {
  for (const std::string& text : kValues)
    for (std::size_t step = 1; step < 5; ++step) EXPECT_EQ(verdict<JsonCheck>(text, step), "") << text;
  for (const std::string& text : kNotValues)
    for (std::size_t step = 1; step < 5; ++step)
      EXPECT_EQ(verdict<JsonCheck>(text, step), json(text)) << text;
}

TEST(Json, SaysWhereItBreaks) {
  EXPECT_EQ(json("{\"a\": 1, b}"), "not JSON at byte 9");
  EXPECT_EQ(json("{\"a\": [1, 2"), "truncated JSON at byte 11");
  EXPECT_EQ(json("\"\xff\""), "not UTF-8 at byte 1");
  EXPECT_EQ(json("[\"\xe2\x82"), "UTF-8 cut short at byte 4");
  EXPECT_EQ(json(" \n"), "no JSON value in it");
}

TEST(Json, DepthIsBounded) {
  const std::string fine =
      std::string(JsonMachine::kDepthMax, '[') + std::string(JsonMachine::kDepthMax, ']');
  EXPECT_EQ(json(fine), "");
  EXPECT_EQ(json("[" + fine + "]"), "JSON nested deeper than 512 levels at byte 512");
  EXPECT_NE(json(std::string(1 << 20, '[')), "");
}

TEST(Json, LinesUnderAJsonNameAreAccepted) {
  EXPECT_EQ(json("{\"a\":1}\n{\"a\":2}\n"), "");
  EXPECT_EQ(json("1\n2\n3"), "");
  EXPECT_EQ(json("{\"a\":1}\n{\"a\":"), "truncated JSON at byte 13");
  EXPECT_NE(json("{}{}"), "") << "two documents on one line are a damaged file";
  EXPECT_NE(json("{}\n,"), "");
  for (std::size_t step = 1; step < 6; ++step) EXPECT_EQ(verdict<JsonCheck>("12\n34\n[]\n\n\"x\"", step), "");
}

TEST(Json, AByteOrderMarkInFrontIsAccepted) {
  EXPECT_EQ(json("\xef\xbb\xbf{}"), "");
  EXPECT_EQ(verdict<JsonCheck>("\xef\xbb\xbf{}", 1), "");
  EXPECT_NE(json("{}\xef\xbb\xbf"), "");
  EXPECT_NE(json("\xef\xbb\xbf"), "");
}

/// Text made of JSON's own bytes, so that many samples are nearly right.
RC_GTEST_PROP(Json, AgreesWithAnotherParser, ()) {
  const auto text =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string("{}[]\",:10-.eE+tn \\u")));
  RC_PRE(text.find("\\u") == std::string::npos);  // the other parser wants surrogates in pairs
  RC_ASSERT(json(text).empty() == nlohmann::json::accept(text));
}

RC_GTEST_PROP(Json, EveryCutOfADocumentIsNoticed, ()) {
  const auto numbers = *rc::gen::resize(8, rc::gen::arbitrary<std::vector<std::map<std::string, int>>>());
  const std::string whole =
      nlohmann::json(numbers).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  RC_ASSERT(json(whole).empty());
  const auto cut = *rc::gen::inRange<std::size_t>(0, whole.size());
  RC_ASSERT(!json(whole.substr(0, cut)).empty());
}

TEST(JsonLines, TheLastLineDecides) {
  EXPECT_EQ(lines("{\"a\":1}\n{\"a\":2}\n"), "");
  EXPECT_EQ(lines("{\"a\":1}\n{\"a\":2}"), "") << "without its newline";
  EXPECT_EQ(lines("{\"a\":1}\r\n{\"a\":2}\r\n"), "");
  EXPECT_EQ(lines("{}\n\n"), "");
  EXPECT_EQ(lines("{\"a\":1}\n{\"a\":"), "the last line, at byte 8, is not a whole JSON value");
  EXPECT_EQ(lines("{\"a\":1}\n{\"a\":\n"), "the last line, at byte 8, is not a whole JSON value");
  EXPECT_EQ(lines("{\"a\":1}\n{} {}\n"), "the last line, at byte 8, is not a whole JSON value");
  EXPECT_EQ(lines(std::string("{\"a\":1}\n\0\0\0\0", 12)),
            "the last line, at byte 8, is not a whole JSON value")
      << "zeros at the end are what a power cut leaves";
  EXPECT_EQ(lines("\n \n"), "no JSON line in it");
  EXPECT_EQ(lines("{\"a\":\"\xff\"}\n{}\n"), "not UTF-8 at byte 6") << "also far from the end";
}

TEST(JsonLines, PiecesOfAnySizeGiveTheSameVerdict) {
  const std::string good = "{\"a\":1}\n[2]\n{\"b\":\"\xe2\x82\xac\"}\n", bad = good + "{\"c\":";
  for (std::size_t step = 1; step <= bad.size(); ++step) {
    EXPECT_EQ(verdict<JsonLinesCheck>(good, step), "") << step;
    EXPECT_EQ(verdict<JsonLinesCheck>(bad, step), lines(bad)) << step;
  }
}

/// Unicode 15, table 3-7, and the forms that it excludes.
TEST(Utf8, FollowsTheTableOfWellFormedSequences) {
  const auto good = [](std::string_view text) {
    Utf8Check check;
    return check.update(view_of(text)) && check.finish();
  };
  for (const char* text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(good(text)) << text;
  for (const char* text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe2\x82", "\xf0\x90\x80",
                           "\xc2\x41", "\xe2\x41\x80"})
    EXPECT_FALSE(good(text)) << text;
}

}  // namespace
}  // namespace reconcile::buffer
