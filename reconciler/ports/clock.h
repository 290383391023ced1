#pragma once
// Time is handed in.

#include "reconciler/base/strong.h"

namespace reconcile {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock, UTC. May jump.
  virtual Instant now() = 0;
  /// Returns early when the process is asked to stop.
  virtual void sleep_for(Seconds duration) = 0;
  /// True once the process is asked to stop: start nothing new.
  virtual bool stopping() = 0;
};

}  // namespace reconcile
