#pragma once
// Notices that files changed, by looking at them: works on every file system, through symbolic links that are
// moved (as Kubernetes does) and for files that are not there yet.

#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "reconciler/base/files.h"

namespace reconcile::cli {

class FileWatch {
 public:
  /// From now on these; how they are now is how they should be.
  void watch(const std::vector<Path>& paths);
  /// Since `watch` or the last call: another inode, size or time, come or gone.
  bool changed();

 private:
  /// Device, inode, size, mtime in nanoseconds; nothing: not there, or not to be looked at.
  using Stamp = std::optional<std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t>>;
  static Stamp stamp_of(const Path& path);
  std::map<Path, Stamp> stamps_;
};

}  // namespace reconcile::cli
