// The lease of an embedded bucket: a file in `.reconcile`, which no key reaches, written under a lock of its
// own.
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/directory/bucket_folder.h"
#include "reconciler/directory/directory_store.h"
#include "reconciler/directory/staging.h"
#include "reconciler/model/lease.h"

namespace reconcile::directory {
namespace {

/// The key is the path below the root; other keys than leases' are refused, so that none meets another file
/// there.
Result<std::string> file_of(const ObjectKey& key) {
  const std::string prefix = std::string(kOwnPrefix) + "lease-";
  const std::string& text = key.get();
  if (!text.starts_with(prefix) || !text.ends_with(".json") ||
      text.find('/', prefix.size()) != std::string::npos || text.size() > kNameBytesMax)
    return fail(Fault::kInvalidInput, text + " is no lease", "leases are kept in " + prefix + "….json");
  return text.substr(std::string_view(kOwnPrefix).size());
}

/// Not the writers' lock: a large put that is being published must not hold up a renewal.
Result<Descriptor> lock_leases(const BucketFolder& bucket) {
  Descriptor lock(::openat(bucket.own.get(), "lease.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!lock) return fail(error_from_errno("opening the lock of the leases", errno));
  while (::flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) return fail(error_from_errno("locking the leases", errno));
  return lock;
}

/// Half a digest tells texts apart as well as a whole one.
std::string etag_of(const std::string& text) { return to_hex(sha256_of(text)).substr(0, 32); }

Result<std::optional<StoredLease>> lease_in(const BucketFolder& bucket, const std::string& name) {
  const Result<Descriptor> file = open_file(bucket.own.get(), name);
  if (!file && file.error().fault == Fault::kNotFound) return std::nullopt;
  TRY(file);
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) return fail(error_from_errno("looking at " + name, errno));
  TRY_ASSIGN(std::string text, read_open_file(file->get(), kLeaseBytesMax, name));
  std::string etag = etag_of(text);
  return StoredLease{std::move(text), std::move(etag), Instant(Seconds(status.st_mtim.tv_sec))};
}

}  // namespace

Result<LeaseView> DirectoryStore::read_lease(const ObjectKey& key) {
  TRY_ASSIGN(const std::string name, file_of(key));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  TRY_ASSIGN(std::optional<StoredLease> lease, lease_in(bucket, name));
  return LeaseView{std::move(lease), std::chrono::floor<Seconds>(std::chrono::system_clock::now())};
}

Result<std::string> DirectoryStore::write_lease(const ObjectKey& key, const std::string& text,
                                                const std::optional<std::string>& expected_etag) {
  TRY_ASSIGN(const std::string name, file_of(key));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  TRY_ASSIGN(const Descriptor lock, lock_leases(bucket));
  TRY_ASSIGN(const std::optional<StoredLease> there, lease_in(bucket, name));
  const std::optional<std::string> etag = there ? std::optional(there->etag) : std::nullopt;
  if (etag != expected_etag)
    return fail(Fault::kConflict, key.get() + " is not what it was when it was read", "read it again");
  TRY(replace_file(bucket.own.get(), {}, name, text));
  return etag_of(text);
}

}  // namespace reconcile::directory
