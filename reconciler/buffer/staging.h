#pragma once
// The staging folder: compressed copies, each named after the SHA-256 of what it was made from.

#include <optional>
#include <set>

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"
#include "reconciler/ports/journal.h"

namespace reconcile::buffer {

/// Safe for use from several threads when the cache is.
class Staging {
 public:
  Staging(Path folder, HashCache& cache) : folder_(std::move(folder)), cache_(cache) {}

  /// The finished copy of that content, if there is one. Unless the cache knows it, it is decompressed and
  /// compared first; a damaged one counts as none.
  Result<std::optional<StagedCopy>> find(const Sha256& source) const;
  /// Compresses an open file: temporary file, fsync, decompressed and compared, rename, fsync of the folder.
  /// kConflict when the content is not `source`'s. On any error the temporary file is gone and nothing else
  /// was touched.
  Result<StagedCopy> make(int file, const std::string& name, Bytes size, const Sha256& source);
  /// One that is absent is success.
  Result<void> drop(const Sha256& source);
  /// Drops every copy whose source is not in `wanted`, and temporary files that a killed process left an hour
  /// ago.
  Result<void> tidy(const std::set<Sha256>& wanted, Instant now);

 private:
  Path path_of(const Sha256& source) const;
  Path folder_;
  HashCache& cache_;
};

}  // namespace reconcile::buffer
