#pragma once
// One writer on this machine for a commitment slot (or, without one, for a bucket): promise S7.

#include <string>

#include "reconciler/base/files.h"

namespace reconcile::cli {

/// An flock that the kernel drops when the process ends, however it ends: there is never one to break by
/// hand.
class SlotLock {
 public:
  /// `what` identifies the slot ("finney netuid 13 5F…"); the same text is the same lock. kConflict when
  /// another process holds it after `timeout`: the error names that process.
  static Result<SlotLock> acquire(const std::string& what, Seconds timeout);

 private:
  explicit SlotLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace reconcile::cli
