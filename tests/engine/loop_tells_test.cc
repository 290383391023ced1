// What the loop tells of the past: events and history, on a virtual clock.

#include "tests/engine/loop_world.h"

#include <gtest/gtest.h>

#include "reconciler/engine/past.h"

namespace reconcile {
namespace {

using namespace testing_loop;

const StatusEvent* event(const ProcessStatus& status, const std::string& reason) {
  for (const StatusEvent& one : status.publications.at(0).events)
    if (one.reason == reason) return &one;
  return nullptr;
}

TEST(LoopTells, TellsWhatHappenedOnceAndCounts) {
  World world;
  const Instant repaired = world.start + std::chrono::hours(6);
  Loop loop({world.publication("p", [&] { return world.clock.time < repaired ? broken() : fine(); })},
            world.ports(), 3);
  world.reload = []() -> Result<std::vector<LoopedPublication>> {
    return fail(Fault::kInvalidInput, "p.yaml:3:1: unknown key", "did you mean");
  };
  for (const int hours : {1, 2})
    world.bell.at(world.start + std::chrono::hours(hours), [] { return Rings{.reload = true}; });
  world.bell.at(world.start + std::chrono::hours(3), [&] {
    world.reload = [&]() -> Result<std::vector<LoopedPublication>> {
      return std::vector{world.publication("p", fine, 2)};
    };
    return Rings{.reload = true};
  });
  world.stop_after(std::chrono::hours(8));
  loop.run();
  const ProcessStatus status = loop.status();
  const StatusEvent* const away = event(status, "LocalUnavailable");
  ASSERT_TRUE(away);
  EXPECT_EQ(away->message, "no route");
  EXPECT_GT(away->count, 5u);
  EXPECT_EQ(away->first, world.start);
  const StatusEvent* const invalid = event(status, "ManifestInvalid");
  ASSERT_TRUE(invalid);
  const StatusEvent* const reloaded = event(status, "ManifestReloaded");
  ASSERT_TRUE(reloaded);
  EXPECT_EQ(reloaded->count, 1u);
  EXPECT_EQ(reloaded->address, "manifest");
  std::uint64_t told_invalid = 0;
  for (const StatusEvent& one : status.publications[0].events)
    if (one.reason == "ManifestInvalid" && one.address == "manifest") told_invalid = one.count;
  EXPECT_EQ(told_invalid, 2u);
  const StatusEvent* const converged = event(status, "Converged");
  ASSERT_TRUE(converged);
  EXPECT_EQ(converged->address, "condition/Ready");
  EXPECT_FALSE(converged->warning);
  EXPECT_LT(status.publications[0].events.size(), 12u) << "each thing once";
}

TEST(LoopTells, ASettingThatOthersChangeIsDriftAndCounted) {
  World world;
  int passes = 0;
  const auto changed_in_the_fourth = [&] {
    PassResult out;
    out.plan.digest = Sha256(std::array<std::uint8_t, 32>{static_cast<std::uint8_t>(++passes)});
    if (passes == 1 || passes == 2 || passes == 4) {
      out.plan.steps = {{SetLifecycle{}, "manifest p.yaml:3"}};
      out.report.emplace();
      out.report->outcomes = {{"bucket/lifecycle", "update", ActionOutcome::Kind::kDone, {}, ""}};
      out.left.emplace();
      if (passes == 1) out.left->steps = out.plan.steps;  // not as the manifest asks yet
    }
    return Result<PassResult>(std::move(out));
  };
  Loop loop({world.publication("p", changed_in_the_fourth)}, world.ports(), 1);
  world.stop_after(std::chrono::hours(2));
  loop.run();
  ASSERT_GT(passes, 4);
  const ProcessStatus status = loop.status();
  const StatusEvent* const drift = event(status, "DriftDetected");
  ASSERT_TRUE(drift);
  EXPECT_EQ(drift->address, "bucket/lifecycle");
  EXPECT_EQ(drift->count, 1u) << "the first two only set what was not there yet";
  EXPECT_EQ(status.publications[0].counters.drift, (std::map<std::string, std::uint64_t>{{"bucket", 1}}));
}

TEST(LoopTells, ShowsAHundredPassesThoseOfEarlierProcessesBehindItsOwn) {
  World world;
  LoopedPublication publication = world.publication("p", fine);
  publication.past = [] {
    std::vector<PassRecord> records;
    for (int i = 70; i > 0; --i)
      records.push_back({i, {}, {}, "", "", "blocked", "GuardBlocked: 4 are over 3"});
    records.push_back({0, {}, {}, "", "", "converged", ""});
    return past_passes(records);
  };
  Loop loop({publication}, world.ports(), 1);
  const PublicationStatus before = loop.status().publications.at(0);
  ASSERT_EQ(before.history.size(), 71u);
  EXPECT_EQ(before.history.front().id, "journal-70");
  EXPECT_EQ(before.history.back().result, "ok") << "an older journal's word";
  world.stop_after(Seconds(1200 * 60));
  loop.run();
  const PublicationStatus after = loop.status().publications.at(0);
  const std::size_t own = world.passes["p"].size();
  ASSERT_GT(own, 30u);
  ASSERT_LT(own, kHistoryMax);
  ASSERT_EQ(after.history.size(), kHistoryMax);
  EXPECT_EQ(after.history[own].id, "journal-70") << "newest first";
  EXPECT_EQ(after.history.front().ended, world.passes["p"].back());
}

TEST(LoopTells, Of101PassesTheNewest100AreShown) {
  World world;
  Loop loop({world.publication("p", fine)}, world.ports(), 1);
  for (int i = 1; i <= 100; ++i)
    world.bell.at(world.start + Seconds(i), [] { return Rings{.pass_now = true}; });
  world.stop_after(Seconds(101));
  loop.run();
  const std::vector<Instant>& times = world.passes["p"];
  ASSERT_EQ(times.size(), 101u);
  const std::deque<PassSummary> history = loop.status().publications.at(0).history;
  ASSERT_EQ(history.size(), 100u);
  for (std::size_t i = 0; i < history.size(); ++i) EXPECT_EQ(history[i].ended, times[100 - i]);
}

}  // namespace
}  // namespace reconcile
