#pragma once
// The mark by which a buffer is known again: without it, the empty folder under a disk that is not mounted
// looks like a buffer whose files have all been published.

#include "reconciler/base/files.h"

namespace reconcile::buffer {

/// An empty folder of this name in the buffer. A folder, since scans pass over folders of ours in silence.
inline constexpr const char* kMark = ".reconcile-buffer";

/// `root` is the open buffer. What cannot be looked at counts as not there.
bool is_marked(int root);

/// Durable when it returns. Repeating changes nothing.
Result<void> leave_mark(const Path& folder);

}  // namespace reconcile::buffer
