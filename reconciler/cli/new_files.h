#pragma once
// Files that were not there before: all of them, or none.

#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/secret.h"

namespace reconcile::cli {

struct NewFile {
  Path path;
  Secret content;  ///< may hold secrets
  unsigned mode = 0644;
};

/// Those of `paths` that something stands at already, whatever it is: a broken link, too.
std::vector<Path> taken_of(const std::vector<Path>& paths);

/// What is made is removed again unless it was kept. Nothing that was there before is ever touched.
class NewFiles {
 public:
  NewFiles() = default;
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles();

  /// Makes a folder, and those above it, where there is none. kConflict: something else stands there.
  Result<void> folder(const Path& path);
  /// Makes a file of at most these permissions, whole and synced, in a folder that exists. kConflict:
  /// something stands there.
  Result<void> file(const NewFile& file);
  /// All of it is wanted: it stays. Folders that were made, in the order of making.
  std::vector<Path> keep();

 private:
  std::vector<Path> files_;
  std::vector<Path> folders_;
};

}  // namespace reconcile::cli
