#pragma once
// Real time, and the signals that ask this process to stop.

#include <chrono>

#include "reconciler/ports/clock.h"

namespace reconcile::cli {

/// SIGINT and SIGTERM: the first asks to finish what is in flight; a second ends the process at once. SIGPIPE
/// is ignored.
void install_signal_handlers();

/// 0, or the signal that asked to stop.
int stop_signal();

/// Waits so long, or until a signal asks to stop; false once one did.
bool wait_for(std::chrono::milliseconds duration);

/// Waits until `file` can be read without blocking; false once a signal asks to stop, however early it came.
bool wait_for_input(int file);

/// For the continuous mode. SIGHUP: read the manifests anew; SIGUSR1: a pass now.
void install_loop_signal_handlers();

struct Asked {
  bool reload = false;
  bool pass_now = false;
};
/// Waits so long, or until a signal comes; what was asked for since the last call. One thread at a time.
Asked wait_for_signal(std::chrono::milliseconds duration);

class SystemClock final : public Clock {
 public:
  Instant now() override;
  void sleep_for(Seconds duration) override;
  bool stopping() override { return stop_signal() != 0; }
};

}  // namespace reconcile::cli
