#pragma once
// The world's time. Nobody really waits.

#include "reconciler/ports/clock.h"
#include "reconciler/sim/world.h"

namespace reconcile::sim {

class SimClock final : public Clock {
 public:
  explicit SimClock(World& world) : world_(world) {}
  Instant now() override {
    const std::lock_guard lock(world_.mutex);
    return world_.now + world_.skew;
  }
  /// Turns the clock, unless the process has been asked to stop.
  void sleep_for(Seconds duration) override {
    if (!stopping()) world_.advance(duration);
  }
  bool stopping() override {
    const std::lock_guard lock(world_.mutex);
    return world_.stopping;
  }

 private:
  World& world_;
};

}  // namespace reconcile::sim
