#pragma once
// Which object store serves a bucket, and what its profile tells the planner.

#include <memory>

#include "reconciler/cli/wiring.h"
#include "reconciler/directory/directory_store.h"
#include "reconciler/ports/lease.h"
#include "reconciler/s3/store.h"

namespace reconcile::cli {

/// "r2://sn13-miner-1234", "directory:///srv/bucket".
std::string location_of(const BucketSpec& bucket);
/// Prices and peculiarities of the provider, where it has any.
void describe_provider(const BucketSpec& bucket, Site& site);

/// The adapters themselves, for what asks more than the ports tell. `uploads` may be nullptr.
Result<std::unique_ptr<s3::S3Store>> open_s3_store(const Publication& publication, UploadLog* uploads,
                                                   const s3::RetryPolicy& retry = {});
std::unique_ptr<directory::DirectoryStore> open_directory_store(const BucketSpec& bucket);

Result<std::unique_ptr<ObjectReader>> open_store_reader(const Publication& publication);
struct OpenStore {
  std::unique_ptr<ObjectStore> store;
  LeaseStore* leases = nullptr;  ///< the same store; nullptr: it is known to take no conditional writes
};
Result<OpenStore> open_store(const Publication& publication, UploadLog& uploads);
Result<std::unique_ptr<PublicReader>> open_public_reader(const BucketSpec& bucket);

}  // namespace reconcile::cli
