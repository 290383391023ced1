#pragma once
// A loop on a virtual clock: nobody waits, and every decision about time is seen.

#include <gtest/gtest.h>

#include "reconciler/engine/loop.h"

namespace reconcile::testing_loop {

class VirtualClock final : public Clock {
 public:
  Instant now() override { return time; }
  void sleep_for(Seconds duration) override { time += duration; }
  bool stopping() override { return stop; }
  Instant time{Seconds(1'795'000'000)};
  bool stop = false;
};

/// Waiting turns the clock. What is planned rings when its time has come.
class VirtualBell final : public Bell {
 public:
  explicit VirtualBell(VirtualClock& clock) : clock_(clock) {}
  void at(Instant when, std::function<Rings()> act) { acts_.emplace(when, std::move(act)); }
  Rings wait(Seconds most) override {
    const Instant until = clock_.time + most;
    if (!acts_.empty() && acts_.begin()->first <= until) {
      const auto act = acts_.begin()->second;
      clock_.time = std::max(clock_.time, acts_.begin()->first);
      acts_.erase(acts_.begin());
      return act();
    }
    clock_.time = until;
    return {};
  }

 private:
  VirtualClock& clock_;
  std::multimap<Instant, std::function<Rings()>> acts_;
};

class Watcher final : public LoopWatcher {
 public:
  void pass_begins(const PublicationStatus&, const std::string&) override {}
  void pass_ended(const PublicationStatus& status, const Verdict& verdict, const PassResult*) override {
    results.push_back(status.name + " " + verdict.result);
  }
  void reloaded(const Error* error) override { reloads.push_back(error ? error->cause : "ok"); }
  std::vector<std::string> results, reloads;
};

struct World {
  VirtualClock clock;
  VirtualBell bell{clock};
  Watcher watcher;
  Instant start = clock.time;
  std::map<std::string, std::vector<Instant>> passes;
  std::function<Result<std::vector<LoopedPublication>>()> reload = [] {
    return Result<std::vector<LoopedPublication>>(fail(Fault::kInternal, "not asked for", ""));
  };

  LoopedPublication publication(const std::string& name, std::function<Result<PassResult>()> pass,
                                std::uint8_t digest = 1) {
    LoopedPublication out;
    out.desired.name = name;
    out.desired.source = name + ".yaml";
    out.desired.digest = Sha256(std::array<std::uint8_t, 32>{digest});
    out.pass = [this, name, pass](const LoopedPublication::Request&) {
      passes[name].push_back(clock.time);
      return pass();
    };
    return out;
  }
  LoopPorts ports() {
    return {clock, bell, watcher, [this] { return reload(); }};
  }
  void stop_after(Seconds duration) {
    bell.at(start + duration, [this] {
      clock.stop = true;
      return Rings{};
    });
  }
};

inline Result<PassResult> fine() { return PassResult{}; }
inline Result<PassResult> broken() { return fail(Fault::kTransient, "no route", "it is tried again"); }

inline const Condition& condition(const ProcessStatus& status, const std::string& type, std::size_t at = 0) {
  static const Condition none{};
  const Condition* found = condition_of(status.publications.at(at), type);
  EXPECT_NE(found, nullptr) << type;
  return found ? *found : none;
}

}  // namespace reconcile::testing_loop
