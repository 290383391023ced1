#include "reconciler/cli/file_watch.h"

#include <sys/stat.h>

namespace reconcile::cli {

FileWatch::Stamp FileWatch::stamp_of(const Path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return std::tuple(
      static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
      static_cast<std::int64_t>(status.st_size),
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec);
}

void FileWatch::watch(const std::vector<Path>& paths) {
  stamps_.clear();
  for (const Path& path : paths) stamps_.emplace(path, stamp_of(path));
}

bool FileWatch::changed() {
  bool any = false;
  for (auto& [path, stamp] : stamps_) {
    const Stamp now = stamp_of(path);
    any |= now != stamp;
    stamp = now;
  }
  return any;
}

}  // namespace reconcile::cli
