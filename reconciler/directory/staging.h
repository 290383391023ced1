#pragma once
// Writing an object's bytes where no reader looks, until they are proved to be the right ones.

#include <functional>
#include <string>

#include "reconciler/directory/folder.h"
#include "reconciler/ports/object_store.h"

namespace reconcile::directory {

/// An unfinished file in `.reconcile/tmp`. Removed when it dies unpublished; what a killed process leaves is
/// swept by a later writer, which sees by its lock that nobody holds it any more.
class StagedFile {
 public:
  static Result<StagedFile> create(int own);
  StagedFile(StagedFile&&) = default;
  StagedFile& operator=(StagedFile&&) = delete;
  ~StagedFile();

  int fd() const { return file_.get(); }
  /// Makes `content` all that the file holds, and syncs it.
  Result<void> write(std::string_view content);
  /// Moves it to folder/name: over what is there, or, with `only_if_absent`, kConflict when something is.
  Result<void> publish(int folder, const std::string& name, bool only_if_absent);

 private:
  StagedFile(Descriptor folder, Descriptor file, std::string name)
      : folder_(std::move(folder)), file_(std::move(file)), name_(std::move(name)) {}
  Descriptor folder_;
  Descriptor file_;
  std::string name_;  ///< empty once published
};

/// Removes unfinished files that are an hour old and held by nobody. Errors are left to the next sweep.
void sweep_staging(int own);

/// Copies the body into `target`, hashing on the way, and syncs it. kConflict: the source file is not the one
/// that was named, or changed meanwhile. kCorrupt: other bytes than size and sha256 say. kCancelled:
/// `progress`.
Result<void> stage_body(const Body& body, const std::function<bool(std::uint64_t)>& progress, int target);

/// Writes a small file below `own` atomically: old or new, never half, synced.
Result<void> replace_file(int own, const std::vector<std::string>& folders, const std::string& name,
                          const std::string& content);

}  // namespace reconcile::directory
