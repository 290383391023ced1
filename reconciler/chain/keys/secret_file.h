#pragma once
// A small file whose contents are secret.

#include <cstddef>

#include "reconciler/base/files.h"
#include "reconciler/base/result.h"
#include "reconciler/base/secret.h"

namespace reconcile::chain {

struct SecretFile {
  Secret content;
  unsigned mode = 0;  ///< permission bits, of the very file that was read
  /// Somebody besides the owner may read or write it (looser than 0600).
  bool is_loose() const { return (mode & 077) != 0; }
};

/// The whole of a regular file of at most `bytes_max`, leaving no other copy of it in memory. kInvalidInput:
/// too long or not a regular file; otherwise as error_from_errno says.
Result<SecretFile> read_secret_file(const Path& path, std::size_t bytes_max);

}  // namespace reconcile::chain
