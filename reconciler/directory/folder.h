#pragma once
// Walking below a folder without ever following a symbolic link: every step opens one name.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "reconciler/base/files.h"

namespace reconcile::directory {

using Names = std::span<const std::string>;

/// What stands at the end of a walk.
struct FolderAt {
  enum class State {
    kOpen,     ///< `fd` is the folder
    kAbsent,   ///< some name does not exist
    kBlocked,  ///< some name is a file, a symbolic link or another thing that is no folder
  };
  State state = State::kAbsent;
  Descriptor fd;
};

/// Opens base/names… for reading.
Result<FolderAt> open_folder(int base, Names names);
/// The same, making what is missing; a new folder is synced into its parent. kConflict when blocked.
Result<Descriptor> make_folder(int base, Names names);
/// Removes base/names… and its parents (not `base`) as far as they are empty.
void prune_folders(int base, Names names);

/// Status of folder/name itself, no link followed; nullopt when there is none.
Result<std::optional<struct stat>> status_of(int folder, const std::string& name);
std::int64_t mtime_ns_of(const struct stat& status);

/// Opens the regular file folder/name for reading; kNotFound for anything else.
Result<Descriptor> open_file(int folder, const std::string& name);
/// What is left of an open file, at most `bytes_max`; more is kInvalidInput. `what` names it in errors.
Result<std::string> read_open_file(int file, Bytes bytes_max, const std::string& what);
/// Hands the bytes of an open file to `sink`, from its beginning; a false answer stops with kCancelled.
Result<void> read_chunks(int file, const std::string& what,
                         const std::function<bool(std::string_view)>& sink);
Result<void> write_all(int file, std::string_view content, const std::string& what);
Result<void> sync_open(int fd, const std::string& what);

/// Every name in the folder but `.` and `..`, with its d_type, in no order.
struct DirectoryName {
  std::string name;
  unsigned char type;
};
Result<std::vector<DirectoryName>> names_in(int folder);

}  // namespace reconcile::directory
