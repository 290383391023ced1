#pragma once
// One publication's status, kept from pass to pass: conditions, counters, history.

#include <functional>

#include "reconciler/engine/fight.h"
#include "reconciler/engine/schedule.h"
#include "reconciler/engine/verdict.h"
#include "reconciler/model/status.h"

namespace reconcile {

/// What the loop is asked to look after.
struct LoopedPublication {
  struct Request {
    std::string id;                                       ///< of the pass
    std::function<Result<Approval>(Plan& plan)> approve;  ///< asked before anything is written
    bool by_hand = false;                                 ///< a person asked for it
    bool sweep = true;  ///< the whole bucket is to be listed, whatever is remembered of it
  };
  Desired desired;
  /// One pass. An error: it could not take place (a lock, credentials, the journal).
  std::function<Result<PassResult>(const Request&)> pass;
  /// A plan as it is shown; empty: nobody looks.
  std::function<ShownPlan(const Plan&)> show = {};
  /// Passes of earlier processes, newest first; asked once, when it is taken up. Empty: none are known.
  std::function<std::vector<PassSummary>()> past = {};
};

Rhythm rhythm_of(const Desired& desired);

class Tracker {
 public:
  Tracker(LoopedPublication publication, Instant now);

  /// The manifest was read anew: another meaning is another generation, which ends a fight. True: it is.
  bool replace(LoopedPublication publication, Instant now);
  void manifest_invalid(const std::optional<Error>& error, Instant now);
  /// A person asked for a pass: a fight may be tried once more, and the whole bucket is looked at.
  void asked() {
    fights_.forget();
    by_hand_ = sweep_ = true;
  }

  void started(Instant now);
  /// One pass. Never throws: what is thrown is an internal error of this publication alone.
  Verdict run(const std::string& id, Clock& clock);
  const Desired& desired() const { return publication_.desired; }
  PublicationStatus& status() { return status_; }
  const PublicationStatus& status() const { return status_; }
  bool running() const { return running_; }
  /// What the last pass did; for the log.
  const std::optional<PassResult>& last() const { return last_; }

 private:
  Result<Approval> approve(const Plan& plan, Instant now);
  void count(const PassResult& result);
  void tell(const Verdict& verdict, Instant now);
  void tell(std::string reason, std::string address, std::string message, bool warning, Instant now);
  void derive(Instant now);
  void set(const char* type, Truth status, std::string reason, std::string message, Instant now);

  LoopedPublication publication_;
  FightDetector fights_;
  PublicationStatus status_;
  std::optional<PassResult> last_;
  std::optional<Verdict> verdict_;
  std::optional<Error> fight_;
  std::optional<Error> manifest_error_;
  bool running_ = false;
  bool sweep_ =
      true;  ///< something went wrong, or is new: the next pass relies on nothing that was seen before
  bool by_hand_ = false;
  bool settled_ = false;  ///< a pass has left everything as the manifest in force asks
};

}  // namespace reconcile
