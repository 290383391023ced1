#pragma once
// Every entry below a folder, depth first, links not followed.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/result.h"

namespace reconcile::buffer {

struct WalkEntry {
  std::string path;  ///< below the folder, `/` between parts, bytes as the file system has them
  struct stat status {};
  bool link_to_folder = false;  ///< a symbolic link whose target is a folder
  bool skipped_folder =
      false;  ///< a folder that was not entered: its name cannot become part of a key, or too deep
};

struct WalkLimits {
  int depth_max = 64;  ///< folders held open at the same time
  std::size_t entries_max = 2'000'000;
};

using FolderId = std::pair<dev_t, ino_t>;

/// Calls `visit` for each entry that is not an ordinary folder. `passed_over` are folders that are not
/// entered and not mentioned (the staging, trash and quarantine folders, wherever they lie). Returns the
/// first trouble, having gone on with the rest; entries that vanish meanwhile are none.
std::optional<Error> walk(int root, const std::set<FolderId>& passed_over, const WalkLimits& limits,
                          const std::function<void(WalkEntry&&)>& visit);

}  // namespace reconcile::buffer
