#include "tests/buffer/support.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/buffer/gzip_check.h"
#include "reconciler/buffer/gzip_writer.h"
#include "reconciler/buffer/json_check.h"

namespace reconcile::buffer {
namespace {

using test::gunzip;
using test::gzip;
using test::repeated;

std::string verdict(std::string_view bytes, std::size_t step = 1 << 20,
                    std::unique_ptr<ContentCheck> content = nullptr) {
  GzipCheck check(std::move(content));
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const Result<void> result = check.update(view_of(bytes.substr(at, step)));
    if (!result) {
      EXPECT_EQ(result.error().fault, Fault::kCorrupt);
      return result.error().cause;
    }
  }
  const Result<void> result = check.finish();
  return result ? "" : result.error().cause;
}

const std::string kText = repeated("{\"id\": 1, \"body\": \"a post like many\"}\n", 200);

TEST(Gzip, WholeFilesPassWhateverThePieces) {
  const std::string whole = gzip(kText);
  for (const std::size_t step : {1u, 2u, 7u, 64u, 100000u}) EXPECT_EQ(verdict(whole, step), "") << step;
  EXPECT_EQ(verdict(gzip("")), "");
}

TEST(Gzip, EveryCutIsNoticedAndNamed) {
  const std::string whole = gzip(kText);
  for (std::size_t cut = 1; cut < whole.size(); ++cut)
    EXPECT_EQ(verdict(std::string_view(whole).substr(0, cut)),
              "truncated gzip at byte " + std::to_string(cut));
  EXPECT_EQ(verdict(""), "empty file");
}

TEST(Gzip, BigOffsetsReadWell) {
  std::string noise(3 << 20, '\0');
  std::uint32_t state = 1;
  for (char& byte : noise) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  EXPECT_EQ(verdict(std::string_view(gzip(noise)).substr(0, 1 << 20)), "truncated gzip at byte 1,048,576");
}

TEST(Gzip, CheckSumAndLengthAreChecked) {
  std::string crc = gzip(kText), length = crc;
  crc[crc.size() - 8] ^= 1;
  length[length.size() - 1] ^= 1;
  EXPECT_NE(verdict(crc).find("incorrect data check"), std::string::npos) << verdict(crc);
  EXPECT_NE(verdict(length).find("incorrect length check"), std::string::npos) << verdict(length);
  EXPECT_NE(verdict("PK\x03\x04 a zip").find("damaged gzip at byte"), std::string::npos);
}

TEST(Gzip, NoFlippedBitOfTheDataPasses) {
  const std::string whole = gzip(kText);
  for (std::size_t at = 10; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    EXPECT_NE(verdict(flipped), "") << at;
  }
}

TEST(Gzip, SeveralMembersAreOneFile) {
  const std::string one = gzip("first\n"), two = gzip(kText);
  for (const std::size_t step : {1u, 3u, 100000u}) {
    EXPECT_EQ(verdict(one + two + one, step), "");
    EXPECT_EQ(verdict(one + two.substr(0, 30), step),
              "truncated gzip at byte " + std::to_string(one.size() + 30));
  }
}

TEST(Gzip, OnlyZerosMayFollow) {
  const std::string whole = gzip(kText), at = std::to_string(whole.size());
  EXPECT_EQ(verdict(whole + std::string(512, '\0')), "");
  EXPECT_EQ(verdict(whole + "junk"), "trailing bytes after the gzip data, at byte " + at);
  EXPECT_EQ(verdict(whole + std::string(1, '\0') + gzip("x")),
            "trailing bytes after the gzip data, at byte " + std::to_string(whole.size() + 1));
  EXPECT_NE(verdict(whole + "\x1f\x8b"), "") << "another member begins and never ends";
}

TEST(Gzip, LooksIntoJsonLines) {
  EXPECT_EQ(verdict(gzip(kText), 64, std::make_unique<JsonLinesCheck>()), "");
  EXPECT_EQ(verdict(gzip("{\"a\":1}\n{\"a\""), 64, std::make_unique<JsonLinesCheck>()),
            "inside: the last line, at byte 8, is not a whole JSON value");
}

TEST(Gzip, ABombIsStoppedEarly) {
  // 64 MiB of zeros in about 64 KiB; the limits are lowered so that the test is quick.
  const std::string bomb = gzip(std::string(64 << 20, '\0'));
  ASSERT_LT(bomb.size(), 80'000u);
  GzipCheck check(nullptr, {500, 1 << 20});
  const Result<void> result = check.update(view_of(bomb));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().cause.find("expands more than 500 times"), std::string::npos);
  EXPECT_LT(check.inflated(), 4u << 20) << "it went on although it knew";
  EXPECT_EQ(verdict(bomb), "") << "64 MiB alone are not suspicious";
}

std::string compressed(std::string_view text, std::size_t step) {
  std::string out;
  GzipWriter writer([&](ByteView bytes) -> Result<void> {
    out += text_of(bytes);
    return {};
  });
  for (std::size_t at = 0; at < text.size(); at += step)
    EXPECT_TRUE(writer.update(view_of(text.substr(at, step))));
  EXPECT_TRUE(writer.finish());
  return out;
}

TEST(GzipWriter, IsDeterministicAndNamesNothing) {
  const std::string once = compressed(kText, 1000);
  EXPECT_EQ(once, compressed(kText, 17)) << "the size of the pieces must not show";
  // RFC 1952, 2.3: magic, deflate, no flags, no time; extra flags 0; operating system unknown.
  EXPECT_EQ(to_hex(view_of(once.substr(0, 10))), "1f8b08000000000000ff");
  EXPECT_EQ(gunzip(once), kText);
  EXPECT_EQ(gunzip(compressed("", 1)), "");
}

RC_GTEST_PROP(GzipWriter, WhatItWritesReadsBack, (const std::vector<std::uint8_t>& bytes)) {
  const std::string text(bytes.begin(), bytes.end());
  const std::string packed = compressed(text, 64);
  RC_ASSERT(gunzip(packed) == text);
  RC_ASSERT(verdict(packed, 5).empty());
}

TEST(GzipWriter, StopsWhenTheSinkFails) {
  GzipWriter writer(
      [](ByteView) -> Result<void> { return fail(Fault::kInternal, "disk full", "free some space"); });
  const Result<void> result = writer.finish();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().cause, "disk full");
}

}  // namespace
}  // namespace reconcile::buffer
