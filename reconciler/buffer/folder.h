#pragma once
// Reaching files below a folder without ever following a symbolic link there.

#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/files.h"
#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile::buffer {

FileIdentity identity_of(const struct stat& status);

/// The folder itself may be a symbolic link; it is the operator who named it.
Result<Descriptor> open_folder(const Path& path);

/// A file's place: its folder, held open, and its base name.
struct Place {
  Descriptor folder;
  std::string base;
};

/// Walks down `name` part by part. kNotFound: a part is missing. kConflict: a part is no longer a folder (or
/// became a symbolic link). kInvalidInput: empty parts, `.` or `..`, which no scan yields.
Result<Place> locate(int root, std::string_view name);

/// The entry as it is now, links not followed; nothing when there is none.
Result<std::optional<struct stat>> status_at(const Place& place, const std::string& name);

/// Is it still the very file that was scanned? false: it is gone. kConflict: something else stands there.
Result<bool> still_the_same(const Place& place, const std::string& name, const FileIdentity& identity);

/// Opens the file for reading if it is still the one that was scanned; never blocks on a FIFO. kNotFound:
/// gone; kConflict: another or a changed one.
Result<Descriptor> open_same(const Place& place, const std::string& name, const FileIdentity& identity);

/// After reading: kConflict when the open file is no longer as it was ("changed while it was read").
Result<void> check_unchanged(int file, const std::string& name, const FileIdentity& identity);

/// All of the bytes, or an error; what was written before it stays.
Result<void> write_all(int file, ByteView bytes, const Path& path);

tl::unexpected<Error> changed(const std::string& name, const std::string& how);

}  // namespace reconcile::buffer
