#pragma once
// What a reader without credentials sees of an embedded bucket that has no web server: file:// addresses.

#include "reconciler/base/files.h"
#include "reconciler/ports/object_store.h"

namespace reconcile::directory {

/// Reads file:// URLs that lie below `root`, without following symbolic links below it; any other URL is
/// kInvalidInput. Nothing is written.
class FilePublicReader final : public PublicReader {
 public:
  explicit FilePublicReader(Path root) : root_(std::move(root)) {}
  Result<std::string> fetch(const std::string& url, Bytes bytes_max) override;
  /// For whoever reads it piece by piece. Faults as of `fetch`.
  Result<Descriptor> open(const std::string& url) const;

 private:
  Path root_;
};

}  // namespace reconcile::directory
