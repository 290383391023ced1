#include "reconciler/base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile {
namespace {

TEST(Utf8, AcceptsTheEdgesOfEachLength) {
  // First and last code point of each length, RFC 3629 section 3.
  for (const char* good : {"\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", ""})
    EXPECT_TRUE(is_utf8(good)) << good;
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndBrokenSequences) {
  for (const char* bad : {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf",
                          "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe2\x82", "\xf0\x9f\x98", "\xc2 "})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(Utf8, HandsBackABrokenByteAlone) {
  const CodePoint point = code_point_at("\xe2\x82x", 0);
  EXPECT_FALSE(point.valid);
  EXPECT_EQ(point.length, 1u);
  EXPECT_EQ(point.code, 0xe2u);
  EXPECT_EQ(code_point_at("a", 1).length, 0u);
}

RC_GTEST_PROP(Utf8, EveryCodePointReadsBack, ()) {
  const auto code = static_cast<char32_t>(*rc::gen::inRange<std::uint32_t>(0, 0x110000));
  RC_PRE(code < 0xd800 || code > 0xdfff);
  std::string text;
  append_utf8(text, code);
  const CodePoint point = code_point_at(text, 0);
  RC_ASSERT(point.valid && point.code == code && point.length == text.size());
}

}  // namespace
}  // namespace reconcile
