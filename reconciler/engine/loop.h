#pragma once
// The continuous mode: passes for ever, each publication in its turn.
//
// One thread carries out the passes of all publications, one after the other. A publication that fails gets a
// time in the future like any other and goes to the end of the line, so none is starved: one that is due
// waits for at most one pass of each of the others. How long a pass takes is bounded by its adapters' own
// deadlines.

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "reconciler/engine/tracker.h"
#include "reconciler/ports/clock.h"
#include "reconciler/ports/events.h"

namespace reconcile {

/// What may end a wait early.
struct Rings {
  bool reload = false;         ///< SIGHUP, or a manifest changed
  bool pass_now = false;       ///< SIGUSR1
  std::set<std::string> full;  ///< publications whose buffer holds spec.upload.flushAt
};

class Bell {
 public:
  virtual ~Bell() = default;
  /// Waits so long, or until something rings, or the process is asked to stop. 0: looks only.
  virtual Rings wait(Seconds most) = 0;
};

/// Told on the loop's own thread.
class LoopWatcher {
 public:
  virtual ~LoopWatcher() = default;
  virtual void pass_begins(const PublicationStatus& publication, const std::string& id) = 0;
  /// `status.next_pass` says when the next is due. `result`: null where the pass could not take place.
  virtual void pass_ended(const PublicationStatus& status, const Verdict& verdict,
                          const PassResult* result) = 0;
  /// Null: the manifests were read and are in force.
  virtual void reloaded(const Error* error) = 0;
};

struct LoopPorts {
  Clock& clock;
  Bell& bell;
  LoopWatcher& watcher;
  /// Reads the manifests anew; an error leaves those in force that are.
  std::function<Result<std::vector<LoopedPublication>>()> reload;
};

class Loop {
 public:
  /// `seed` decides jitter and back-off. Names must differ.
  Loop(std::vector<LoopedPublication> publications, LoopPorts ports, std::uint64_t seed);

  /// Until the clock says that the process is asked to stop. A pass at work then starts nothing new and ends.
  void run();

  /// From any thread.
  ProcessStatus status() const;
  /// From any thread: grows with each change of a publication's status.
  std::uint64_t revision() const { return revision_; }
  /// From any thread: something moves, as a long upload does while the loop itself waits for it.
  void beat();
  /// From any thread: what moves, for those who watch; a sign of life, too.
  void heard(const Event& event);

 private:
  struct Entry {
    Tracker tracker;
    Instant next;
    Instant began;  ///< the last pass
    std::uint32_t failures = 0;
  };

  Entry* earliest();
  void pass(Entry& entry);
  Instant when_next(Entry& entry, const Verdict& verdict, Instant now);
  void heed(const Rings& rings);
  void sooner(Entry& entry);
  void reload();
  void take_over(std::vector<LoopedPublication> publications);
  static PublicationStatus shown(const Entry& entry);
  void publish(const Entry& entry);
  void publish_all();
  void follow_the_clock(Instant now);

  LoopPorts ports_;
  Dice dice_;
  std::map<std::string, Entry> entries_;
  std::uint64_t passes_ = 0;
  Instant seen_;        ///< what the clock said at the last look
  std::string run_id_;  ///< of this process, in front of each pass's number

  std::atomic<std::uint64_t> revision_{0};
  mutable std::mutex mutex_;
  ProcessStatus shown_;
};

}  // namespace reconcile
