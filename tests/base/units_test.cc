#include "reconciler/base/units.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile {
namespace {

TEST(Units, ReadsDurationsWithUnitsLargestFirst) {
  EXPECT_EQ(parse_duration("90s").value(), Seconds(90));
  EXPECT_EQ(parse_duration("1h30m").value(), Seconds(5400));
  EXPECT_EQ(parse_duration("14d").value(), Seconds(14 * 86400));
  EXPECT_EQ(parse_duration("0s").value(), Seconds(0));
}

TEST(Units, RefusesDurationsThatCouldBeRead2Ways) {
  for (const char* bad : {"", "20", "1.5h", "-5m", "30m1h", "1h1h", "5 m", "m", "99999999999999999999s",
                          "9223372036854775807w"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

RC_GTEST_PROP(Units, PrintedDurationsReadBack, ()) {
  const Seconds duration(*rc::gen::inRange<std::int64_t>(0, 100'000'000));
  RC_ASSERT(parse_duration(print_duration(duration)).value() == duration);
}

TEST(Units, KeepsDecimalAndBinarySizesApart) {
  EXPECT_EQ(parse_size("15KB").value(), Bytes(15'000));
  EXPECT_EQ(parse_size("1GiB").value(), Bytes(1ull << 30));
  EXPECT_EQ(parse_size("1.5MB").value(), Bytes(1'500'000));
  for (const char* bad : {"", "15", "15kb", "-1B", "99999999999TiB", "1..5MB", "1 GiB"})
    EXPECT_FALSE(parse_size(bad)) << bad;
}

TEST(Units, PrintsSizesForPeople) {
  EXPECT_EQ(print_size(Bytes(512)), "512 B");
  EXPECT_EQ(print_size(Bytes(1536)), "1.5 KiB");
  EXPECT_EQ(print_size(Bytes(1024 * 1024 - 1)), "1.0 MiB");
}

TEST(Units, ReadsAndPrintsTimes) {
  const Instant time = parse_time("2026-11-22T07:20:14Z").value();
  EXPECT_EQ(print_time(time), "2026-11-22T07:20:14Z");
  EXPECT_EQ(parse_time("2026-11-22T07:20:14.123Z").value(), time);
  EXPECT_EQ(parse_time("2026-11-22T09:20:14+02:00").value(), time);
  for (const char* bad :
       {"2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22", "2026-11-22T07:20:14", "x"})
    EXPECT_FALSE(parse_time(bad)) << bad;
}

TEST(Units, GroupsCountsByThousands) {
  EXPECT_EQ(print_count(0), "0");
  EXPECT_EQ(print_count(999), "999");
  EXPECT_EQ(print_count(12418), "12,418");
  EXPECT_EQ(print_count(1000000), "1,000,000");
}

TEST(Units, CountsTenthsOfASizeExactly) {
  EXPECT_EQ(parse_size("1.5KiB").value(), Bytes(1536));
  EXPECT_EQ(parse_size("0.1KB").value(), Bytes(100));
}

TEST(Units, RefusesATimeWhoseOffsetLeavesTheFourDigitYears) {
  EXPECT_FALSE(parse_time("0000-01-01T00:00:00+00:01"));
  EXPECT_FALSE(parse_time("9999-12-31T23:59:59-00:01"));
  EXPECT_TRUE(parse_time("9999-12-31T23:59:59+00:01"));
}

}  // namespace
}  // namespace reconcile
