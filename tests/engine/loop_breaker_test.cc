// What peers are asked that are away for hours, on a virtual clock.

#include "tests/engine/wire.h"

#include <gtest/gtest.h>

#include "reconciler/engine/guarded.h"
#include "reconciler/engine/loop.h"

namespace reconcile {
namespace {

using testing_world::ChainWire;
using testing_world::Publication;
using testing_world::TestClock;
using testing_world::Wire;

class Silent final : public LoopWatcher {
 public:
  void pass_begins(const PublicationStatus&, const std::string&) override {}
  void pass_ended(const PublicationStatus&, const Verdict&, const PassResult*) override { ++passes; }
  void reloaded(const Error*) override {}
  int passes = 0;
};

/// Waiting turns the clock, up to an end.
class Hours final : public Bell {
 public:
  explicit Hours(TestClock& clock) : clock_(clock) {}
  Rings wait(Seconds most) override {
    clock_.ahead += std::max(most, Seconds(1));
    if (clock_.now() >= end) clock_.stop = true;
    return {.pass_now = std::exchange(ring, false)};
  }
  Instant end;
  bool ring = false;

 private:
  TestClock& clock_;
};

/// A real publication in the loop, on a bucket and a ledger behind wires.
struct Away {
  Publication p;
  Wire wire{*p.store};
  ChainWire chain{*p.chain};
  Breakers breakers{p.clock, rhythm_of(p.desired), 3};
  Hours bell{p.clock};
  Silent watcher;
  std::optional<Loop> loop;

  Away() {
    p.other_store = &wire;
    p.other_chain = &chain;
    EXPECT_TRUE(p.store->create_bucket());
    LoopedPublication publication;
    publication.desired = p.desired;
    publication.pass = [this](const LoopedPublication::Request& request) {
      if (request.by_hand) breakers.close();
      PassOptions options;
      options.apply.uploads.parallelism = 1;
      options.approve = request.approve;
      WritePorts ports = p.ports();
      ports.breakers = &breakers;
      return Result<PassResult>(run_pass(p.desired, p.site, ports, options));
    };
    loop.emplace(std::vector{publication},
                 LoopPorts{p.clock, bell, watcher,
                           [] {
                             return Result<std::vector<LoopedPublication>>(
                                 fail(Fault::kInternal, "not asked for", ""));
                           }},
                 5);
  }
  void run_for(Seconds duration) {
    p.clock.stop = false;
    bell.end = p.clock.now() + duration;
    loop->run();
  }
  std::string reason() const { return condition_of(loop->status().publications.at(0), "Ready")->reason; }
};

TEST(LoopBreaker, ABucketThatIsAwayIsAskedAFewTimesAnHour) {
  Away world;
  for (int i = 0; i < 50; ++i) world.p.write(std::to_string(i) + ".bin", std::to_string(i));
  world.wire.cut = true;
  world.run_for(std::chrono::hours(1));
  EXPECT_EQ(world.reason(), "BucketUnavailable");
  int before = world.wire.timeouts;
  EXPECT_GE(before, Breaker::kFailuresMax);
  for (int hour = 0; hour < 6; ++hour) {
    world.run_for(std::chrono::hours(1));
    const int asked = world.wire.timeouts - before;
    before = world.wire.timeouts;
    EXPECT_GE(asked, 1) << "nothing is given up";
    EXPECT_LE(asked, 30) << "a pause is drawn from up to 20 minutes, and ends with one question";
  }
  world.wire.cut = false;
  world.run_for(std::chrono::minutes(45));
  EXPECT_EQ(world.reason(), "Converged") << "a pause and the wait for a pass are both at most a cadence";
  EXPECT_FALSE(world.p.in_buffer("0.bin"));
}

TEST(LoopBreaker, APassThatAPersonAsksForAsksAtOnce) {
  Away world;
  world.p.write("a.bin", "a");
  world.wire.cut = true;
  world.run_for(std::chrono::hours(3));
  world.wire.cut = false;
  world.bell.ring = true;
  world.run_for(Seconds(61));  // the loop's own look around
  EXPECT_FALSE(world.p.in_buffer("a.bin"));
}

TEST(LoopBreaker, AChainThatIsAwayStopsNoUploadAndIsAskedAFewTimesAnHour) {
  Away world;
  world.p.write("first.bin", "1");
  world.run_for(Seconds(1));
  ASSERT_FALSE(world.p.in_buffer("first.bin"));
  const std::size_t commits = world.p.commits();
  world.chain.cut = true;
  for (int hour = 0; hour < 6; ++hour) {
    const std::string name = "hour" + std::to_string(hour) + ".bin";
    world.p.write(name, name);
    const int before = world.chain.asked, puts = world.wire.puts, passes = world.watcher.passes;
    world.run_for(std::chrono::hours(1));
    // Each pass looks twice, since it has something to verify: the second look finds the breaker open.
    const int until_it_opens = hour == 0 ? Breaker::kFailuresMax : 0;
    EXPECT_LE(world.chain.asked - before, world.watcher.passes - passes + until_it_opens) << hour;
    EXPECT_LE(world.chain.asked - before, 30) << hour;
    EXPECT_GE(world.chain.asked - before, 1) << hour;
    EXPECT_GT(world.wire.puts, puts) << "it waits for the chain";
    EXPECT_TRUE(world.p.in_buffer(name)) << "released without a commitment";
    EXPECT_EQ(world.reason(), "ChainUnavailable");
  }
  EXPECT_EQ(world.p.commits(), commits);
  const int puts = world.wire.puts;
  world.chain.cut = false;
  world.run_for(std::chrono::minutes(45));
  EXPECT_EQ(world.reason(), "Converged");
  EXPECT_EQ(world.p.commits(), commits + 1);
  EXPECT_LE(world.wire.puts, puts + 1) << "more than the index was put: files were uploaded again";
  for (int hour = 0; hour < 6; ++hour)
    EXPECT_FALSE(world.p.in_buffer("hour" + std::to_string(hour) + ".bin"));
}

}  // namespace
}  // namespace reconcile
