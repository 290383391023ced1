#pragma once
// What whoever started this process is told of it, as sd_notify(3) describes: systemd with Type=notify, or
// anything else that sets NOTIFY_SOCKET. A datagram of text; no library is needed for that.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "reconciler/base/result.h"

namespace reconcile::cli {

/// May be used from several threads at once.
class ServiceManager {
 public:
  using Microseconds = std::chrono::microseconds;

  /// `socket`: a path, or a name in the abstract namespace behind an @; empty: nobody wants to know.
  /// `watchdog`: how long a silence may last; 0: it may last.
  explicit ServiceManager(std::string socket = "", Microseconds watchdog = Microseconds(0));
  /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which are another process's where they name one.
  static ServiceManager from_environment();

  /// Lines of NAME=value: "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…". Nothing is sent, and that is
  /// fine, where nobody wants to know. May be repeated.
  Result<void> tell(const std::string& lines) const;

  /// Half of the silence that is allowed, as sd_watchdog_enabled(3) recommends; 0: none is watched for.
  Microseconds beat_every() const { return watchdog_ / 2; }

 private:
  std::string socket_;
  Microseconds watchdog_;
};

/// Says WATCHDOG=1 for as long as `alive` says yes, from a thread of its own: a pass may take long. What is
/// stuck falls silent, and is started anew by whoever listens.
class Heartbeats {
 public:
  Heartbeats(const ServiceManager& manager, std::function<bool()> alive);
  ~Heartbeats();
  Heartbeats(const Heartbeats&) = delete;
  Heartbeats& operator=(const Heartbeats&) = delete;

 private:
  void beat(const ServiceManager& manager, const std::function<bool()>& alive);

  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace reconcile::cli
