// The loop on a virtual clock: nobody waits, and every decision about time is seen.

#include "tests/engine/loop_world.h"
#include "tests/engine/publication.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using namespace testing_loop;

TEST(Loop, KeepsTheCadenceForAMonth) {
  World world;
  Loop loop({world.publication("p", fine)}, world.ports(), 1);
  world.stop_after(std::chrono::days(30));
  loop.run();
  const std::vector<Instant>& times = world.passes["p"];
  ASSERT_NEAR(static_cast<double>(times.size()), 30 * 72, 2);
  EXPECT_EQ(times.front(), world.start) << "a process that starts looks at once";
  for (std::size_t i = 2; i < times.size(); ++i) {
    EXPECT_GE(times[i] - times[i - 1], Seconds(1200 * 8 / 10 - 1));
    EXPECT_LE(times[i] - times[i - 1], Seconds(1200 * 12 / 10 + 1));
  }
}

TEST(Loop, ShowsWhatIsOnItsWayAndForgetsItWithThePass) {
  World world;
  Loop* heard = nullptr;
  std::vector<Transfer> during;
  const auto pass = [&] {
    using enum Event::Kind;
    for (int i = 0; i < 1000; ++i) heard->heard({kStarted, "objects/" + std::to_string(i), "", 0, 100});
    heard->heard({kProgress, "objects/0", "", 60, 100});
    heard->heard({kProgress, "objects/0", "", 20, 100});
    heard->heard({kDone, "objects/1", "", 0, 0});
    during = heard->status().transfers;
    return fine();
  };
  Loop loop({world.publication("p", pass)}, world.ports(), 1);
  heard = &loop;
  const std::uint64_t before = loop.revision();
  world.stop_after(Seconds(60));
  loop.run();
  ASSERT_EQ(during.size(), kTransfersMax - 1);
  EXPECT_EQ(during[0].bytes_done, 20u);
  EXPECT_EQ(during[0].tries, 2u);
  EXPECT_EQ(during[1].address, "objects/2");
  EXPECT_TRUE(loop.status().transfers.empty());
  EXPECT_GT(loop.revision(), before);
}

TEST(Loop, AFaultIsTriedAgainEverMoreSlowlyAndRecoveryIsSeen) {
  World world;
  Instant repaired = world.start + std::chrono::hours(6);
  Loop loop({world.publication("p", [&] { return world.clock.time < repaired ? broken() : fine(); })},
            world.ports(), 3);
  std::vector<ProcessStatus> seen;
  for (Seconds when : {Seconds(std::chrono::hours(3)), Seconds(std::chrono::hours(7))})
    world.bell.at(world.start + when, [&] {
      seen.push_back(loop.status());
      return Rings{};
    });
  world.stop_after(std::chrono::hours(8));
  loop.run();
  const std::vector<Instant>& times = world.passes["p"];
  ASSERT_GT(times.size(), 25u);
  EXPECT_LE(times[1] - times[0], Seconds(60)) << "the first retry comes within one retryInterval";
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_LE(times[i] - times[i - 1], Seconds(1200 * 16 / 10));
  const Condition& failing = condition(seen.at(0), "Ready");
  EXPECT_EQ(failing.status, Truth::kFalse);
  EXPECT_EQ(failing.reason, "LocalUnavailable");
  EXPECT_EQ(failing.last_transition, world.start);
  EXPECT_EQ(condition(seen.at(0), "Reconciling").reason, "Retrying");
  EXPECT_EQ(condition(seen.at(0), "Stalled").status, Truth::kFalse);
  ASSERT_TRUE(seen.at(0).publications[0].last_error);
  EXPECT_EQ(seen.at(0).publications[0].last_error->error.remedy, "it is tried again");
  EXPECT_EQ(lag_of(seen.at(0).publications[0], seen.at(0).now), Seconds(3 * 3600));
  const Condition& recovered = condition(seen.at(1), "Ready");
  EXPECT_EQ(recovered.status, Truth::kTrue);
  EXPECT_EQ(recovered.reason, "Converged");
  EXPECT_GE(recovered.last_transition, repaired);
  EXPECT_LE(recovered.last_transition, repaired + Seconds(1200 * 16 / 10))
      << "recovered within a cadence or so";
  EXPECT_FALSE(seen.at(1).publications[0].last_error);
  EXPECT_LE(lag_of(seen.at(1).publications[0], seen.at(1).now), Seconds(1200 * 16 / 10));
}

TEST(Loop, ABucketThatAsksForAPauseGetsItUpToAnHour) {
  const std::map<Seconds, Seconds> expected{{Seconds(1800), Seconds(1800)}, {Seconds(90'000), Seconds(3600)}};
  for (const auto& [asked, kept] : expected) {
    World world;
    const auto throttled = [asked = asked] {
      PassResult out;
      out.plan.refusals = {{"bucket/b", "", "", Error{Fault::kQuota, "HTTP 503 SlowDown", "", asked}}};
      return Result<PassResult>(std::move(out));
    };
    Loop loop({world.publication("p", throttled)}, world.ports(), 5);
    world.stop_after(std::chrono::hours(5));
    loop.run();
    const std::vector<Instant>& times = world.passes["p"];
    ASSERT_GT(times.size(), 2u);
    for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 1], kept);
  }
}

TEST(Loop, ABrokenNeighbourStarvesNobody) {
  World world;
  const auto slow_and_broken = [&] {
    world.clock.time += Seconds(90);
    return broken();
  };
  const auto thrown = []() -> Result<PassResult> { throw std::runtime_error("a bug"); };
  Loop loop({world.publication("broken", slow_and_broken), world.publication("thrown", thrown),
             world.publication("whole", fine)},
            world.ports(), 5);
  world.stop_after(std::chrono::days(3));
  loop.run();
  const std::vector<Instant>& times = world.passes["whole"];
  EXPECT_NEAR(static_cast<double>(times.size()), 3 * 72, 3);
  for (std::size_t i = 2; i < times.size(); ++i)
    EXPECT_LE(times[i] - times[i - 1], Seconds(1200 * 12 / 10 + 2 * 90))
        << "more than one pass of each other";
  const ProcessStatus status = loop.status();
  EXPECT_EQ(condition(status, "Ready", 1).reason, "InternalError");
  EXPECT_EQ(condition(status, "Stalled", 1).status, Truth::kTrue);
  EXPECT_EQ(condition(status, "Ready", 2).status, Truth::kTrue);
}

TEST(Loop, SaysWhyTheNewestCommitIsNotInForce) {
  const struct {
    Fault fault;
    const char* reason;
    Truth stalled;
  } cases[] = {{Fault::kInvalidInput, "ManifestInvalid", Truth::kTrue},
               {Fault::kConflict, "RollbackRefused", Truth::kTrue},
               {Fault::kDenied, "SignatureRefused", Truth::kTrue},
               {Fault::kAuth, "SourceUnavailable", Truth::kTrue},
               {Fault::kTransient, "SourceUnavailable", Truth::kFalse}};
  for (const auto& one : cases) {
    World world;
    const auto sourced = [&] {
      LoopedPublication out = world.publication("p", fine);
      out.desired.revision = Revision{"abc", ""};
      return out;
    };
    Loop loop({sourced()}, world.ports(), 1);
    EXPECT_EQ(condition(loop.status(), "SourceReady").status, Truth::kTrue);
    bool again = false;
    world.reload = [&]() -> Result<std::vector<LoopedPublication>> {
      if (!again) return fail(one.fault, "because", "do this");
      return std::vector{sourced()};
    };
    const auto ring = [] { return Rings{.reload = true}; };
    world.bell.at(world.start + Seconds(100), ring);
    world.bell.at(world.start + Seconds(200), [&] {
      const ProcessStatus status = loop.status();
      EXPECT_EQ(condition(status, "SourceReady").status, Truth::kFalse);
      EXPECT_EQ(condition(status, "SourceReady").reason, one.reason);
      EXPECT_NE(condition(status, "SourceReady").message.find("because; what to do: do this"),
                std::string::npos);
      EXPECT_EQ(condition(status, "Stalled").status, one.stalled) << one.reason;
      EXPECT_EQ(condition(status, "Ready").status, Truth::kTrue) << "the last good one is carried out";
      again = true;
      return ring();
    });
    world.stop_after(Seconds(300));
    loop.run();
    EXPECT_EQ(condition(loop.status(), "SourceReady").status, Truth::kTrue);
    EXPECT_EQ(condition(loop.status(), "Stalled").status, Truth::kFalse);
  }
}

TEST(Loop, AnInvalidManifestLeavesTheLastGoodOneInForce) {
  World world;
  Loop loop({world.publication("p", fine)}, world.ports(), 1);
  const auto ring = [&](Seconds when) {
    world.bell.at(world.start + when, [] { return Rings{.reload = true}; });
  };
  std::vector<ProcessStatus> seen;
  const auto look = [&](Seconds when) {
    world.bell.at(world.start + when, [&] {
      seen.push_back(loop.status());
      return Rings{};
    });
  };
  world.reload = [&]() -> Result<std::vector<LoopedPublication>> {
    if (world.clock.time < world.start + Seconds(8000))
      return fail(Fault::kInvalidInput, "p.yaml:3:1: unknown key", "did you mean");
    return std::vector{world.publication("p", fine, 2), world.publication("q", fine)};
  };
  ring(Seconds(5000));
  look(Seconds(7900));
  ring(Seconds(8100));
  look(Seconds(8200));
  world.stop_after(Seconds(10'000));
  loop.run();
  EXPECT_EQ(world.watcher.reloads, (std::vector<std::string>{"p.yaml:3:1: unknown key", "ok"}));
  EXPECT_EQ(condition(seen.at(0), "Stalled").reason, "ManifestInvalid");
  EXPECT_NE(condition(seen.at(0), "Stalled").message.find("p.yaml:3:1"), std::string::npos);
  EXPECT_EQ(condition(seen.at(0), "Ready").status, Truth::kTrue);
  ASSERT_TRUE(seen.at(0).manifest_error);
  const std::vector<Instant>& p = world.passes["p"];
  EXPECT_TRUE(std::any_of(p.begin(), p.end(), [&](Instant when) {
    return when > world.start + Seconds(5000) && when < world.start + Seconds(8000);
  })) << "the last good manifest was not carried on with";
  EXPECT_FALSE(seen.at(1).manifest_error);
  EXPECT_EQ(condition(seen.at(1), "Stalled").status, Truth::kFalse);
  EXPECT_EQ(seen.at(1).publications.at(0).generation, 2u);
  EXPECT_EQ(seen.at(1).publications.at(0).observed_generation, 2u);
  EXPECT_EQ(world.passes["q"].front(), world.start + Seconds(8100)) << "a new publication starts at once";
  EXPECT_EQ(std::count(p.begin(), p.end(), world.start + Seconds(8100)), 1) << "so does a changed one";
}

TEST(Loop, AReloadWithoutChangeOnlyHelpsWhatFails) {
  World world;
  const auto both = [&] {
    return std::vector{world.publication("bad", broken), world.publication("good", fine)};
  };
  Loop loop(both(), world.ports(), 2);
  world.reload = [&]() -> Result<std::vector<LoopedPublication>> { return both(); };
  const Instant when = world.start + std::chrono::hours(5);
  world.bell.at(when, [] { return Rings{.reload = true}; });
  world.stop_after(std::chrono::hours(5) + Seconds(1));
  loop.run();
  EXPECT_EQ(std::count(world.passes["bad"].begin(), world.passes["bad"].end(), when), 1);
  EXPECT_EQ(std::count(world.passes["good"].begin(), world.passes["good"].end(), when), 0);
  EXPECT_EQ(loop.status().publications.at(0).generation, 1u);
}

TEST(Loop, StopsInTheMiddleOfAWaitAndStartsNothingMore) {
  World world;
  Loop loop({world.publication("p", fine)}, world.ports(), 1);
  world.stop_after(Seconds(17));
  loop.run();
  EXPECT_EQ(world.clock.time, world.start + Seconds(17));
  EXPECT_EQ(world.passes["p"].size(), 1u);
  EXPECT_TRUE(loop.status().stopping);
}

TEST(Loop, APassCanBeAskedFor) {
  World world;
  Loop loop({world.publication("p", fine), world.publication("q", fine)}, world.ports(), 1);
  world.bell.at(world.start + Seconds(20), [] { return Rings{.pass_now = true}; });
  world.stop_after(Seconds(21));
  loop.run();
  EXPECT_EQ(world.passes["p"].back(), world.start + Seconds(20));
  EXPECT_EQ(world.passes["q"].back(), world.start + Seconds(20));
}

TEST(Loop, AFullBufferDoesNotWaitForTheCadence) {
  World world;
  Loop loop({world.publication("p", fine), world.publication("q", fine)}, world.ports(), 1);
  // Well before q's regular pass, and p's.
  for (const int when : {100, 110, 120})
    world.bell.at(world.start + Seconds(when), [] { return Rings{.full = {"p", "nobody"}}; });
  world.stop_after(Seconds(170));
  loop.run();
  const std::vector<Instant>& p = world.passes["p"];
  EXPECT_EQ(std::count(p.begin(), p.end(), world.start + Seconds(100)), 1);
  EXPECT_EQ(std::count(p.begin(), p.end(), world.start + Seconds(160)), 1)
      << "after retryInterval, not before";
  EXPECT_LE(p.size(), 4u);
  EXPECT_LE(world.passes["q"].size(), 2u) << "the other one is left alone";
}

TEST(Loop, AFullBufferDoesNotCutABackOffOrASuspensionShort) {
  World world;
  LoopedPublication suspended = world.publication("suspended", fine);
  suspended.desired.suspend = SuspendSpec{world.start + std::chrono::days(9), "moving house"};
  const auto denied = []() -> Result<PassResult> { return fail(Fault::kDenied, "403", "ask"); };
  std::map<std::string, std::vector<Instant>> quiet;
  for (const bool rung : {false, true}) {
    World other;
    Loop loop({other.publication("denied", denied), suspended}, other.ports(), 7);
    for (int when = 5; rung && when < 3000; when += 5)
      other.bell.at(other.start + Seconds(when), [] { return Rings{.full = {"denied", "suspended"}}; });
    other.stop_after(Seconds(3000));
    world.passes["suspended"].clear();
    loop.run();
    other.passes["suspended"] = world.passes["suspended"];
    if (rung)
      EXPECT_EQ(other.passes["denied"], quiet["denied"]);
    else
      quiet = other.passes;
    EXPECT_EQ(other.passes["suspended"].size(), quiet["suspended"].size());
  }
}

TEST(Loop, TheEndOfASuspensionIsNotMissed) {
  World world;
  LoopedPublication publication = world.publication("p", fine);
  const Instant until = world.start + Seconds(4321);
  publication.desired.suspend = SuspendSpec{until, "moving house"};
  Loop loop({publication}, world.ports(), 1);
  std::optional<ProcessStatus> during;
  world.bell.at(world.start + Seconds(4000), [&] {
    during = loop.status();
    return Rings{};
  });
  world.stop_after(Seconds(4330));
  loop.run();
  EXPECT_EQ(condition(*during, "Ready").reason, "Suspended");
  EXPECT_NE(condition(*during, "Ready").message.find("moving house"), std::string::npos);
  EXPECT_EQ(world.passes["p"].back(), until);
  EXPECT_EQ(condition(loop.status(), "Ready").reason, "Converged");
}

/// When passes of a publication began, the clock being turned back by so much ten seconds after the first.
std::vector<Instant> passes_around_a_clock_turned_back(Seconds by, std::function<Result<PassResult>()> pass) {
  World world;
  Loop loop({world.publication("p", std::move(pass))}, world.ports(), 1);
  world.bell.at(world.start + Seconds(10), [&world, by] {
    world.clock.time -= by;
    world.bell.at(world.clock.time + Seconds(7200), [&world] {
      world.clock.stop = true;
      return Rings{};
    });
    return Rings{};
  });
  loop.run();
  return world.passes["p"];
}

TEST(Loop, AClockTurnedBackMakesNoWaitLonger) {
  for (const Seconds by : {Seconds(1200), Seconds(3000), Seconds(std::chrono::days(3))}) {
    const auto times = passes_around_a_clock_turned_back(by, fine);
    ASSERT_GE(times.size(), 4u);
    const Instant back = times[0] + Seconds(10) - by;
    EXPECT_LE(times[1] - back, Seconds(2 * 1200)) << "at most as long as any regular wait";
  }
}

TEST(Loop, WhatFailedWhileTheClockWasAheadIsTriedAgainSoonAfter) {
  int failures = 3;
  const auto times = passes_around_a_clock_turned_back(
      Seconds(1200), [&]() -> Result<PassResult> { return failures-- > 0 ? broken() : fine(); });
  ASSERT_GE(times.size(), 4u);
  const Instant back = times[0] + Seconds(10 - 1200);
  EXPECT_LE(times[1] - back, Seconds(2 * 60)) << "a retry is not kept waiting by the minutes turned back";
}

TEST(Loop, AnHourThatTheBucketAskedForIsWaitedForWhateverTheCadence) {
  World world;
  LoopedPublication publication = world.publication("p", [&]() -> Result<PassResult> {
    world.clock.time += Seconds(1);
    Error asked{Fault::kQuota, "HTTP 503 SlowDown", "it is tried again"};
    asked.retry_after = Seconds(3600);
    PassResult out;
    out.plan.refusals.push_back({.address = "bucket", .error = asked});
    return out;
  });
  publication.desired.upload.cadence = Seconds(600);
  Loop loop({publication}, world.ports(), 1);
  world.stop_after(Seconds(3 * 3600));
  loop.run();
  EXPECT_EQ(world.passes["p"].size(), 3u);
}

TEST(Loop, ABudgetThatIsSpentIsWaitedForUntilItBeginsAnew) {
  World world;
  const Instant anew = world.start + Seconds(333);
  Loop loop({world.publication("p",
                               [&] {
                                 PassResult out;
                                 if (world.clock.time >= anew) return Result<PassResult>(out);
                                 out.plan.refusals.push_back(
                                     {"chain/commitment", "", "", {Fault::kQuota, "budget spent", "wait"}});
                                 out.sight.budget = CommitBudget{3100, 3100, 7, anew};
                                 return Result<PassResult>(out);
                               })},
            world.ports(), 1);
  world.stop_after(Seconds(340));
  loop.run();
  EXPECT_EQ(world.passes["p"], (std::vector<Instant>{world.start, anew}));
}

/// A real publication, and somebody who sets the lifecycle rule back after each pass.
TEST(Loop, StopsWritingWhenTheSameChangeIsUndoneThreeTimes) {
  testing_world::Publication p;
  p.desired.bucket.lifecycle.ownership = LifecycleOwnership::kExclusive;
  ASSERT_TRUE(p.pass().report->converged);
  LifecycleDocument theirs = p.store->lifecycle().value();
  for (LiveRule& rule : theirs.rules) {
    rule.rule.expire_after = Seconds(std::chrono::days(30));
    rule.raw.clear();
  }
  World world;
  LoopedPublication publication;
  publication.desired = p.desired;
  int writes = 0;
  publication.pass = [&](const LoopedPublication::Request& request) {
    EXPECT_TRUE(p.store->set_lifecycle(theirs));
    PassOptions options;
    options.apply.uploads.parallelism = 1;
    options.approve = request.approve;
    WritePorts ports = p.ports();
    Result<PassResult> result = run_pass(p.desired, p.site, ports, options);
    if (result->report) ++writes;
    return result;
  };
  Loop loop({publication}, world.ports(), 1);
  world.stop_after(std::chrono::hours(5));
  loop.run();
  EXPECT_EQ(writes, 3);
  const ProcessStatus status = loop.status();
  EXPECT_EQ(condition(status, "Ready").reason, "NotConverging");
  EXPECT_EQ(condition(status, "Stalled").status, Truth::kTrue);
  EXPECT_NE(condition(status, "Stalled").message.find("30d"), std::string::npos);
  EXPECT_NE(condition(status, "Stalled").message.find("14d"), std::string::npos);
  // A person may have it tried once more.
  world.clock.stop = false;
  world.bell.at(world.clock.time, [] { return Rings{.pass_now = true}; });
  world.start = world.clock.time;
  world.stop_after(Seconds(1));
  loop.run();
  EXPECT_EQ(writes, 4);
}

}  // namespace
}  // namespace reconcile
