#pragma once
// Listing a bucket folder in the order of keys.

#include <string>

#include "reconciler/ports/object_store.h"

namespace reconcile::directory {

/// S3 ListObjectsV2 answers with at most 1,000 keys a page.
inline constexpr std::size_t kPageKeysMax = 1000;

/// The etag of a file: modification time in nanoseconds and size, both in hex.
std::string etag_of(std::int64_t mtime_ns, Bytes size);

/// See ObjectReader::list. Only folders that can hold such keys are read.
Result<void> list_objects(int root, const std::string& prefix, const std::string& after,
                          const PageSink& sink);

}  // namespace reconcile::directory
