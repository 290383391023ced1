#include "tests/chain/support/vectors.h"
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/chain/scale/reader.h"
#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

using testing::hex;
using testing::vectors;

TEST(Scale, CompactsMatchPolkadotJsBothWays) {
  for (const auto& one : vectors()["compact"]) {
    const std::uint64_t number =
        std::stoull(one["n"].is_string() ? one["n"].get<std::string>() : one["n"].dump());
    const ByteVector bytes = hex(one["scale"]);
    EXPECT_EQ(Writer().compact(number).take(), bytes);
    Reader in(bytes);
    EXPECT_EQ(in.compact().value(), number);
    EXPECT_TRUE(in.end());
  }
}

// The last value of each width, its neighbours, and the width that the next one takes.
TEST(Scale, CompactsChangeWidthAtEachBoundary) {
  const std::pair<std::uint64_t, std::size_t> kWidths[] = {{63, 1},
                                                           {64, 2},
                                                           {16383, 2},
                                                           {16384, 4},
                                                           {(1u << 30) - 1, 4},
                                                           {1u << 30, 5},
                                                           {0xffffffff, 5},
                                                           {0x100000000, 6},
                                                           {0xffffffffff, 6},
                                                           {0x10000000000, 7},
                                                           {0xffffffffffffff, 8},
                                                           {0x100000000000000, 9},
                                                           {std::numeric_limits<std::uint64_t>::max(), 9}};
  for (const auto& [number, width] : kWidths)
    EXPECT_EQ(Writer().compact(number).take().size(), width) << number;
}

TEST(Scale, CompactsLongerThanNeededAreRefused) {
  for (const char* text : {"0100", "fd00",              // 0 and 63 in two bytes
                           "02000000", "feff0000",      // 0 and 16383 in four
                           "03ffffff3f", "0300000000",  // 2^30-1 and 0 in five
                           "070000004000", "13ffffffffffffff00", "330100000000000000000000000000000000"}) {
    const ByteVector bytes = hex(std::string(text));
    Reader in(bytes);
    const auto read = in.compact_wide();
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().fault, Fault::kCorrupt);
    EXPECT_EQ(in.position(), 0u);
  }
}

TEST(Scale, CompactsWiderThanTheAskedTypeAreRefused) {
  const ByteVector wide = hex(std::string("17000000000000000001"));  // 2^64
  EXPECT_FALSE(Reader(wide).compact());
  EXPECT_EQ(Reader(wide).compact_wide().value().size(), 9u);
  const ByteVector over32 = Writer().compact(0x100000000).take();
  EXPECT_FALSE(Reader(over32).compact_u32());
  EXPECT_EQ(Reader(over32).compact().value(), 0x100000000u);
}

RC_GTEST_PROP(Scale, CompactsReadBack, (std::uint64_t number, std::uint8_t shift)) {
  number >>= shift % 64;  // every width as often
  const ByteVector bytes = Writer().compact(number).take();
  Reader in(bytes);
  RC_ASSERT(in.compact().value() == number);
  RC_ASSERT(in.remaining() == 0u);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    RC_ASSERT(!Reader(ByteView(bytes).first(size)).compact());
}

RC_GTEST_PROP(Scale, WhatIsReadAsCompactIsWrittenTheSame, (const ByteVector& bytes)) {
  Reader in(bytes);
  const auto number = in.compact();
  if (!number) return;
  RC_ASSERT(Writer().compact(*number).take() ==
            ByteVector(bytes.begin(), bytes.begin() + long(in.position())));
}

RC_GTEST_PROP(Scale, FixedWidthIntegersReadBackAndEndAtTheirWidth,
              (std::uint8_t a, std::uint16_t b, std::uint32_t c, std::uint64_t d, const ByteVector& tail)) {
  const ByteVector bytes = Writer().u8(a).u16(b).u32(c).u64(d).byte_string(tail).take();
  Reader in(bytes);
  RC_ASSERT(in.u8().value() == a);
  RC_ASSERT(in.u16().value() == b);
  RC_ASSERT(in.u32().value() == c);
  RC_ASSERT(in.u64().value() == d);
  const ByteView read = in.byte_string().value();
  RC_ASSERT(ByteVector(read.begin(), read.end()) == tail);
  RC_ASSERT(in.end().has_value());
  RC_ASSERT(!in.u8());
}

TEST(Scale, IntegersAreLittleEndian) { EXPECT_EQ(to_hex(Writer().u16(13).u32(293).take()), "0d0025010000"); }

TEST(Scale, ShortInputIsRefusedWithItsOffsetAndLeavesTheReader) {
  const ByteVector bytes{1, 2, 3};
  Reader in(bytes);
  EXPECT_EQ(in.u8().value(), 1);
  const auto read = in.u32();
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().cause.find("offset 1"), std::string::npos) << read.error().cause;
  EXPECT_EQ(in.remaining(), 2u);
}

TEST(Scale, CountsThatTheRemainingBytesCannotHoldAreRefused) {
  const ByteVector three_items = Writer().compact(3).u32(0).u32(0).take();
  EXPECT_EQ(Reader(three_items).count(2).value(), 3u);
  EXPECT_FALSE(Reader(three_items).count(3));
  const ByteVector huge = Writer().compact(std::numeric_limits<std::uint64_t>::max()).take();
  EXPECT_FALSE(Reader(huge).count());
  EXPECT_FALSE(Reader(huge).byte_string());
}

TEST(Scale, BooleansAreZeroOrOne) {
  const ByteVector bytes{0, 1, 2};
  Reader in(bytes);
  EXPECT_FALSE(in.boolean().value());
  EXPECT_TRUE(in.boolean().value());
  EXPECT_FALSE(in.boolean());
}

}  // namespace
}  // namespace reconcile::chain
