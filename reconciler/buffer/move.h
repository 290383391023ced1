#pragma once
// Moving files without ever overwriting one.

#include <string>

#include "reconciler/base/files.h"
#include "reconciler/base/result.h"
#include "reconciler/buffer/folder.h"

namespace reconcile::buffer {

/// Makes the folder and those above it; they may be there already.
Result<void> make_folders(const Path& path);

/// `base` with `suffix` behind it, cut so that it stays a legal name (255 bytes) and still tells names apart.
std::string with_suffix(const std::string& base, const std::string& suffix);

/// Moves a file that is still the one scanned to `to`, whose folder exists. kConflict: `to` is taken, or the
/// file changed. kNotFound: it is gone. A rename within one file system; otherwise copied, synced, then
/// unlinked: a crash in between leaves both. Both folders are synced.
Result<void> move_file(const Place& place, const std::string& name, const FileIdentity& identity,
                       const Path& to);

}  // namespace reconcile::buffer
