#include "reconciler/report/progress.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/report/display.h"

namespace reconcile {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

TEST(ProgressLine, SaysHowFarHowFastAndHowLong) {
  const ProgressState state{12, 26, 800 * kMiB, 2000 * kMiB, 24.0 * kMiB, "objects/data/a.parquet"};
  EXPECT_EQ(progress_line(state, 120),
            "12 of 26  800.0 MiB of 2.0 GiB  40%  24.0 MiB/s  50s left  objects/data/a.parquet");
}

TEST(ProgressLine, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(progress_line({0, 0, 0, 0, {}, "chain/commitment"}, 80), "chain/commitment");
  EXPECT_EQ(progress_line({1, 3, 0, 0, {}, ""}, 80), "1 of 3");
  // Standing still has no end in sight.
  EXPECT_EQ(progress_line({0, 1, 1, 10, 0.0, ""}, 80), "0 of 1  1 B of 10 B  10%  0 B/s");
}

TEST(ProgressLine, ShowsAHostileNameAsText) {
  EXPECT_EQ(progress_line({0, 0, 0, 0, {}, "a\x1b[2J\nb"}, 80), "a\\x1b[2J\\x0ab");
}

RC_GTEST_PROP(ProgressLine, FitsItsWidth, ()) {
  const auto width = *rc::gen::inRange<std::size_t>(2, 120);
  const ProgressState state{*rc::gen::arbitrary<std::uint64_t>(),      *rc::gen::arbitrary<std::uint64_t>(),
                            *rc::gen::arbitrary<std::uint64_t>(),      *rc::gen::arbitrary<std::uint64_t>(),
                            1.0 * *rc::gen::inRange(0, 1'000'000'000), *rc::gen::arbitrary<std::string>()};
  RC_ASSERT(display_width(progress_line(state, width)) <= width);
}

TEST(Progress, RedrawsOneLineOnATerminalAndNotTooOften) {
  Progress progress({.terminal = true, .width = 60, .items_expected = 2, .bytes_expected = 200});
  EXPECT_EQ(progress.advance("objects/a", 50, 100, Tick(0)), "\r\x1b[K0 of 2  50 B of 200 B  25%  objects/a");
  EXPECT_EQ(progress.advance("objects/a", 60, 100, Tick(50)), "");
  const std::string later = progress.advance("objects/a", 100, 100, Tick(1000));
  EXPECT_EQ(later, "\r\x1b[K0 of 2  100 B of 200 B  50%  50 B/s  2s left  objects/a");
  EXPECT_EQ(later.find('\n'), std::string::npos);
}

TEST(Progress, GivesTheLineBackBeforeOtherOutput) {
  Progress progress({.terminal = true, .bytes_expected = 200});
  EXPECT_EQ(progress.clear(), "");
  EXPECT_NE(progress.advance("objects/a", 50, 100, Tick(0)), "");
  EXPECT_EQ(progress.clear(), "\r\x1b[K");
  EXPECT_EQ(progress.clear(), "");
  EXPECT_NE(progress.advance("objects/a", 51, 100, Tick(1)), "") << "drawn again at once";
}

TEST(Progress, WritesAPlainLineEveryTenSecondsElsewhere) {
  Progress progress({.terminal = false, .bytes_expected = 1000});
  std::string out;
  for (int second = 0; second <= 25; ++second)
    out += progress.advance("objects/a", static_cast<std::uint64_t>(second) * 10, 1000, Tick(1000 * second));
  EXPECT_EQ(out,
            "100 B of 1000 B  10%  10 B/s  1m30s left  objects/a\n"
            "200 B of 1000 B  20%  10 B/s  1m20s left  objects/a\n");
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
}

TEST(Progress, TheRateFollowsTheLastSecondsNotTheWholeTime) {
  Progress progress({.terminal = true, .bytes_expected = 1'000'000});
  std::uint64_t sent = 0;
  int second = 0;
  for (; second < 60; ++second) progress.advance("a", sent += 10, 1'000'000, Tick(1000 * second));
  for (; second < 120; ++second) progress.advance("a", sent += 1000, 1'000'000, Tick(1000 * second));
  EXPECT_NEAR(progress.state(Tick(119'000)).bytes_a_second.value(), 1000, 1);
}

TEST(Progress, CountsAnUploadThatBeginsAgainOnce) {
  Progress progress({.terminal = true, .items_expected = 1, .bytes_expected = 100});
  progress.advance("a", 90, 100, Tick(0));
  progress.advance("a", 0, 100, Tick(1000));
  EXPECT_EQ(progress.state(Tick(1000)).bytes_done, 0u);
  progress.advance("a", 45, 100, Tick(2000));
  EXPECT_EQ(progress.state(Tick(2000)).bytes_a_second.value(), 45) << "the rate begins again, too";
  progress.advance("a", 100, 100, Tick(2000));
  progress.finish("a", Tick(2000));
  EXPECT_EQ(progress.state(Tick(2000)).bytes_done, 100u);
  EXPECT_EQ(progress.state(Tick(2000)).items_done, 1u);
}

TEST(Progress, NamesAnotherUploadWhenTheLastOneIsThrough) {
  Progress progress({.terminal = true, .bytes_expected = 100});
  progress.advance("a", 1, 50, Tick(0));
  progress.advance("b", 1, 50, Tick(0));
  progress.finish("b", Tick(1));
  EXPECT_EQ(progress.state(Tick(1)).current, "a");
  progress.finish("a", Tick(2));
  EXPECT_EQ(progress.state(Tick(2)).current, "");
}

}  // namespace
}  // namespace reconcile
