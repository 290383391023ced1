#pragma once
// One writer on this machine for a commitment slot (or, without one, for a bucket): promise S7.

#include <string>

#include "reconciler/base/files.h"

namespace reconcile::cli {

/// An flock that the kernel drops when the process ends, however it ends: there is never one to break by
/// hand.
class SlotLock {
 public:
  /// Two locks: one for the slot `what` ("finney netuid 13 5F…") below the machine's temporary folder, and
  /// one in the buffer, since containers and units with a private /tmp still share that. kConflict when
  /// another process holds one of them after `timeout`: the error names that process. A missing buffer folder
  /// is not created.
  static Result<SlotLock> acquire(const std::string& what, const Path& buffer, Seconds timeout);

 private:
  SlotLock(Descriptor slot, Descriptor buffer) : slot_(std::move(slot)), buffer_(std::move(buffer)) {}
  Descriptor slot_;
  Descriptor buffer_;
};

}  // namespace reconcile::cli
