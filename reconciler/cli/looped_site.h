#pragma once
// One publication's adapters and lock, as the continuous mode keeps them from pass to pass.

#include <map>
#include <set>

#include "reconciler/cli/lock.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/engine/guarded.h"
#include "reconciler/engine/settled.h"
#include "reconciler/engine/tracker.h"

namespace reconcile::cli {

/// The slots that this process holds, by publication: from a publication's first pass until it is gone.
class HeldLocks {
 public:
  /// Gives up another slot of the same publication first.
  Result<void> hold(const std::string& publication, const std::string& slot, const Path& buffer,
                    Seconds timeout);
  void keep_only(const std::set<std::string>& publications);

 private:
  struct Held {
    std::string slot;
    Path buffer;
    SlotLock lock;
  };
  std::map<std::string, Held> held_;
};

class LoopedSite {
 public:
  /// All that is referred to must outlive this.
  LoopedSite(Publication publication, const Options& options, HeldLocks& locks, Events& events);

  /// In mode enforce it writes, holding the slot's lock; else nothing that it opens can write.
  Result<PassResult> pass(const LoopedPublication::Request& request);

 private:
  Result<PassResult> look();
  Result<PassResult> enforce(const LoopedPublication::Request& request);

  SystemClock clock_;
  Breakers breakers_;
  Publication publication_;
  const Options& options_;
  HeldLocks& locks_;
  Events& events_;
  Swept swept_;                      ///< in memory alone
  std::unique_ptr<WriteSite> site_;  ///< opened anew after a pass that met any fault
};

}  // namespace reconcile::cli
