#pragma once
// What the buffer adapter is told.

#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/strong.h"

namespace reconcile::buffer {

/// One set for each publication: staging, quarantine and trash are never shared between two. They are made
/// when first needed, and passed over by the scan wherever they lie; empty ones become `.reconcile/staging`,
/// `.quarantine` and
/// `.trash` below `path`. On the buffer's own file system a move is a rename, elsewhere a copy.
struct BufferOptions {
  Path path;
  std::vector<std::string> include;  ///< see model/glob.h
  std::vector<std::string>
      compress;        ///< these become .gz on the way; what is compressed already is sent as it is
  Seconds settle{30};  ///< a file must not have changed for so long
  Path staging;        ///< compressed copies
  Path quarantine;     ///< damaged files
  Path trash;          ///< released files of `afterPublish: trash`
  Seconds trash_keep{86400};
};

BufferOptions with_defaults(BufferOptions options);

}  // namespace reconcile::buffer
