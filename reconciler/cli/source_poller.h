#pragma once
// Looks at a source again and again, on a thread of its own: a server that hangs holds up no pass.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "reconciler/cli/sources.h"
#include "reconciler/model/status.h"

namespace reconcile::cli {

class SourcePoller {
 public:
  /// `begun` is in force. All that is referred to must outlive this.
  SourcePoller(ManifestSource& source, const Options& options, const Sourced& begun);
  ~SourcePoller();

  /// From any thread: look now. `tell`: there is news afterwards whatever was seen.
  void look_now(bool tell);
  /// From any thread: since `take`, something came that has to be shown or put in force.
  bool news() const;

  struct Taken {
    Revision revision;
    Texts texts;
  };
  /// What the last look found, or what was wrong with it.
  Result<Taken> take();
  /// What is in force, whatever the last look found; which is news again.
  Taken in_force();
  /// Remembers durably that this one is in force.
  Result<void> put_in_force(const Taken& taken);
  /// `refused`: why what was taken is not in force.
  void refuse(const Error& refused);

  SourceStatus status() const;

 private:
  void run();
  void look();

  ManifestSource& source_;
  const Options& options_;
  mutable std::mutex mutex_;
  std::condition_variable asked_for_;
  Taken in_force_;
  Taken newest_;
  std::optional<Error> error_;    ///< of the last look
  std::optional<Error> refused_;  ///< what came was read, and could not be put in force
  std::optional<Instant> reached_;
  bool news_ = false, look_ = false, tell_ = false, done_ = false;
  std::thread thread_;
};

}  // namespace reconcile::cli
