#include "reconciler/report/display.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/utf8.h"

namespace reconcile {
namespace {

TEST(Display, MeasuresColumnsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("é"), 1u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("漢字"), 4u);
  EXPECT_EQ(display_width("\U0001f600"), 2u);
  EXPECT_EQ(display_width("…·"), 2u);
}

TEST(Display, MakesWhatATerminalObeysVisible) {
  EXPECT_EQ(visible("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(visible("a\nb\r\tc"), "a\\x0ab\\x0d\\x09c");
  EXPECT_EQ(visible("\u202egpj.exe"), "\\u202egpj.exe");
  EXPECT_EQ(visible("\u009b31m"), "\\x9b31m");
  EXPECT_EQ(visible("a\u200b\ufeff\u2028"), "a\\u200b\\ufeff\\u2028");
  EXPECT_EQ(visible("\U000e0041"), "\\U000e0041");
  EXPECT_EQ(visible("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(visible(std::string(1, '\0')), "\\x00");
  EXPECT_EQ(visible("plain é 漢 \\x1b"), "plain é 漢 \\x1b");
  EXPECT_EQ(visible("é…", true), "\\xe9...");
}

TEST(Display, KeepsANameFromLookingLikeColumns) {
  EXPECT_EQ(visible_name("a  b"), "a \\x20b");
  EXPECT_EQ(visible_name(" a "), "\\x20a\\x20");
  EXPECT_EQ(visible_name("a b"), "a b");
  EXPECT_EQ(visible_name("a\u00a0b"), "a\\xa0b");
}

TEST(Display, ShortensInTheMiddle) {
  EXPECT_EQ(elide_middle("data/2026/11/22/reddit_07.parquet", 20, "…"), "data/2026/…7.parquet");
  EXPECT_EQ(elide_middle("short", 5, "…"), "short");
  EXPECT_EQ(elide_middle("漢字漢字漢字", 7, "…"), "漢…字");
  EXPECT_EQ(elide_middle("abcdef", 2, "..."), "ab");
}

TEST(Display, NeverCutsAnEscapeInHalf) {
  // The end would be "20 512" otherwise: other characters than the name has.
  const std::string name = "aaaaaaaaaaaaaaaaaaaa\\x20\\x20\\x20 512";
  for (std::size_t width = 8; width < 34; ++width) {
    const std::string cut = elide_middle(name, width, "…");
    const std::size_t tail = cut.find("…") + 3;
    EXPECT_TRUE(cut[tail] == '\\' || cut[tail] == ' ' || cut[tail] == '5' || cut[tail] == '1' ||
                cut[tail] == '2' || cut[tail] == 'a')
        << cut;
    EXPECT_FALSE(cut.substr(tail).starts_with("20") || cut.substr(tail).starts_with("0")) << cut;
  }
}

TEST(Display, WrapsAtSpacesAndCutsOnlyLongWords) {
  EXPECT_EQ(wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("abcdefghij kl", 4), (std::vector<std::string>{"abcd", "efgh", "ij", "kl"}));
  EXPECT_EQ(wrap("漢字漢", 3), (std::vector<std::string>{"漢", "字", "漢"}));
  EXPECT_EQ(wrap("", 10), (std::vector<std::string>{""}));
}

std::string any_text() {
  std::string out;
  const auto codes = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::oneOf(
      rc::gen::inRange<std::uint32_t>(0, 0x180), rc::gen::inRange<std::uint32_t>(0x2000, 0x2100),
      rc::gen::inRange<std::uint32_t>(0x300, 0x330), rc::gen::inRange<std::uint32_t>(0x4e00, 0x4e20)));
  for (const std::uint32_t code : codes) append_utf8(out, code);
  return out;
}

RC_GTEST_PROP(Display, WhatIsVisibleStaysVisibleAndText, ()) {
  const std::string text = *rc::gen::arbitrary<bool>() ? any_text() : *rc::gen::arbitrary<std::string>();
  const std::string shown = visible(text);
  RC_ASSERT(is_utf8(shown));
  RC_ASSERT(visible(shown) == shown);
  RC_ASSERT(shown.find('\n') == std::string::npos && shown.find('\x1b') == std::string::npos);
}

RC_GTEST_PROP(Display, NothingIsWiderThanAsked, ()) {
  const std::string text = visible(any_text());
  const auto width = *rc::gen::inRange<std::size_t>(2, 40);
  const std::string cut = elide_middle(text, width, "…");
  RC_ASSERT(is_utf8(cut));
  RC_ASSERT(display_width(cut) <= width);
  std::string joined;
  for (const std::string& line : wrap(text, width)) {
    RC_ASSERT(is_utf8(line));
    RC_ASSERT(display_width(line) <= width);
    joined += line;
  }
  std::string letters = text;
  std::erase(letters, ' ');
  std::erase(joined, ' ');
  RC_ASSERT(joined == letters);
}

}  // namespace
}  // namespace reconcile
