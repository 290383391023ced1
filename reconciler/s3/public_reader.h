#pragma once
// A reader's view from outside: no credentials, certificates verified.

#include <memory>

#include "reconciler/ports/object_store.h"

namespace reconcile::s3 {

struct PublicReaderOptions {
  Path ca_file;             ///< PEM certificates trusted besides the system's
  bool allow_http = false;  ///< plain http to other machines
  bool allow_file =
      false;  ///< file:///absolute/path, for the bucket in a folder; never for addresses of others
};

/// Thread-safe. Follows at most 3 redirects, and only within the same scheme, host and port.
Result<std::unique_ptr<PublicReader>> make_public_reader(const PublicReaderOptions& options);

}  // namespace reconcile::s3
