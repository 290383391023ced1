// Laws of the waits, for any rhythm and any luck.

#include "reconciler/engine/schedule.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile {
namespace {

Rhythm any_rhythm() {
  return {Seconds(*rc::gen::inRange<std::int64_t>(1, 100'000)), *rc::gen::inRange(0, 101),
          Seconds(*rc::gen::inRange<std::int64_t>(1, 10'000))};
}
Instant any_instant() { return Instant(Seconds(*rc::gen::inRange<std::int64_t>(1, 4'000'000'000))); }
Fault any_fault() { return static_cast<Fault>(*rc::gen::inRange<int>(0, static_cast<int>(kFaults))); }

RC_GTEST_PROP(Schedule, TheNextRegularPassLiesAheadAndNotTooFar, (std::uint64_t seed)) {
  const Rhythm rhythm = any_rhythm();
  const Instant after = any_instant();
  Dice dice(seed);
  const Instant next = next_regular(rhythm, *rc::gen::arbitrary<std::string>(), after, dice);
  const Seconds reach = rhythm.cadence * rhythm.jitter_percent / 100;
  RC_ASSERT(next > after);
  RC_ASSERT(next >= after + rhythm.cadence / 2 - reach);
  RC_ASSERT(next <= after + rhythm.cadence + rhythm.cadence / 2 + reach);
}

RC_GTEST_PROP(Schedule, WithoutJitterPassesKeepTheirPhaseHoweverLongEachTakes, (std::uint64_t seed)) {
  Rhythm rhythm = any_rhythm();
  rhythm.jitter_percent = 0;
  const Instant after = any_instant();
  Dice dice(seed);
  const Instant first = next_regular(rhythm, "p", after, dice);
  RC_PRE(rhythm.cadence > Seconds(2));
  RC_ASSERT(first.time_since_epoch() % rhythm.cadence == phase_of("p", rhythm.cadence));
  // A pass that ends anywhere in the first half of its turn does not move the next one.
  const Seconds took(*rc::gen::inRange<std::int64_t>(0, rhythm.cadence.count() / 2));
  RC_ASSERT(next_regular(rhythm, "p", first + took, dice) == first + rhythm.cadence);
}

RC_GTEST_PROP(Schedule, ABackOffIsNeverBusyAndNeverLongerThanTheCadenceOrOneInterval, (std::uint64_t seed)) {
  const Rhythm rhythm = any_rhythm();
  const Fault fault = any_fault();
  const std::uint32_t failures = *rc::gen::inRange<std::uint32_t>(1, 1000);
  Dice dice(seed);
  const Seconds wait = back_off(rhythm, fault, failures, dice);
  RC_ASSERT(wait >= Seconds(1));
  RC_ASSERT(wait <= std::max(rhythm.cadence, rhythm.retry_interval));
  if (failures == 1)
    RC_ASSERT(wait <= std::max(Seconds(1), rhythm.retry_interval * policy_of(fault).retry_intervals));
}

TEST(Schedule, TheRangeOfABackOffDoublesWithEachFailure) {
  const Rhythm rhythm{Seconds(100'000), 10, Seconds(60)};
  for (std::uint32_t failures = 1; failures <= 8; ++failures) {
    Dice dice(failures);
    Seconds longest{0}, sum{0};
    for (int i = 0; i < 2000; ++i) {
      const Seconds wait = back_off(rhythm, Fault::kTransient, failures, dice);
      longest = std::max(longest, wait);
      sum += wait;
    }
    const Seconds range = Seconds(60) * (1 << (failures - 1));
    EXPECT_LE(longest, range);
    EXPECT_GT(longest, range * 9 / 10);
    EXPECT_NEAR(static_cast<double>(sum.count()) / 2000, static_cast<double>(range.count()) / 2,
                static_cast<double>(range.count()) / 15);
  }
}

TEST(Schedule, NamesSpreadOverTheWholeCadence) {
  std::set<std::int64_t> tenths;
  for (int i = 0; i < 200; ++i) {
    const Seconds phase = phase_of("publication-" + std::to_string(i), Seconds(1200));
    ASSERT_GE(phase, Seconds(0));
    ASSERT_LT(phase, Seconds(1200));
    tenths.insert(phase.count() / 120);
  }
  EXPECT_EQ(tenths.size(), 10u);
}

TEST(Schedule, OneSeedGivesOneSchedule) {
  const auto times = [](std::uint64_t seed) {
    Dice dice(seed);
    std::vector<Instant> out{Instant(Seconds(1'795'000'000))};
    for (int i = 0; i < 50; ++i) out.push_back(next_regular({}, "p", out.back(), dice));
    return out;
  };
  EXPECT_EQ(times(7), times(7));
  EXPECT_NE(times(7), times(8));
}

}  // namespace
}  // namespace reconcile
