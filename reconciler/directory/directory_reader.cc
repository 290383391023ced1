#include <fcntl.h>

#include "reconciler/directory/directory_store.h"
#include "reconciler/directory/lifecycle_file.h"
#include "reconciler/directory/listing.h"
#include "reconciler/directory/sidecar.h"

namespace reconcile::directory {
namespace {

// A writer may publish between our look at the object and our look at its metadata: look again, a few times.
constexpr int kLooksMax = 5;

ObjectHead head_of(const FoundObject& object, std::optional<SidecarEntry> entry) {
  const std::int64_t mtime_ns = mtime_ns_of(object.status);
  const auto time = std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(mtime_ns));
  ObjectHead head;
  head.size = Bytes(static_cast<std::uint64_t>(object.status.st_size));
  head.etag = etag_of(mtime_ns, head.size);
  head.modified = std::chrono::floor<Seconds>(time);
  if (entry) head.metadata = std::move(entry->metadata);
  return head;
}

bool same_file(const FoundObject& a, const FoundObject& b) {
  return a.status.st_ino == b.status.st_ino && a.status.st_size == b.status.st_size &&
         mtime_ns_of(a.status) == mtime_ns_of(b.status);
}

}  // namespace

DirectoryReader::DirectoryReader(DirectoryOptions options) : options_(std::move(options)) {
  while (options_.public_url.ends_with('/')) options_.public_url.pop_back();
}

StoreCapabilities DirectoryReader::capabilities() {
  return {.lifecycle_document = true, .lifecycle_enforced = false};
}

Result<bool> DirectoryReader::bucket_exists() {
  TRY_ASSIGN(const std::optional<BucketFolder> bucket, find_bucket(options_.root));
  return bucket.has_value();
}

Result<void> DirectoryReader::list(const std::string& prefix, const std::string& after,
                                   const PageSink& sink) {
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  return list_objects(bucket.root.get(), prefix, after, sink);
}

Result<std::optional<ObjectHead>> DirectoryReader::head(const ObjectKey& key) {
  TRY(check_key(key));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  for (int look = 1;; ++look) {
    TRY_ASSIGN(const Location location, locate(bucket.root.get(), key));
    if (!location.found) return std::nullopt;
    TRY_ASSIGN(const Sidecar sidecar, read_sidecar(bucket.own.get(), key));
    TRY_ASSIGN(std::optional<SidecarEntry> entry, entry_of(sidecar, *location.found));
    if (entry || look == kLooksMax) return head_of(*location.found, std::move(entry));
    TRY_ASSIGN(const Location now, locate(bucket.root.get(), key));
    if (now.found && same_file(*location.found, *now.found)) return head_of(*location.found, std::nullopt);
  }
}

Result<std::string> DirectoryReader::get(const ObjectKey& key, Bytes bytes_max) {
  TRY(check_key(key));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  TRY_ASSIGN(const Location location, locate(bucket.root.get(), key));
  if (!location.found)
    return fail(Fault::kNotFound, "no object " + key.get() + " in " + options_.root.string(),
                "check the key");
  TRY_ASSIGN(const Descriptor file, open_file(location.found->folder.get(), location.found->place.name));
  return read_open_file(file.get(), bytes_max, "object " + key.get());
}

Result<LifecycleDocument> DirectoryReader::lifecycle() {
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  TRY_ASSIGN(const std::optional<struct stat> status, status_of(bucket.own.get(), kLifecycleFile));
  if (!status) return LifecycleDocument{};
  const std::string where = (options_.root / kOwnFolder / kLifecycleFile).string();
  TRY_ASSIGN(const Descriptor file, open_file(bucket.own.get(), kLifecycleFile));
  TRY_ASSIGN(const std::string text, read_open_file(file.get(), kLifecycleBytesMax, where));
  return parse_lifecycle(text, where);
}

std::string DirectoryReader::public_url(const ObjectKey& key) const {
  KeyPath plain = plain_path(key);
  Place place{std::move(plain.folders), std::move(plain.name)};
  // Only a bucket that can be looked at can tell that the key lies, or would lie, aside.
  if (const Descriptor root(::open(options_.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); root) {
    Result<Location> location = locate(root.get(), key);
    if (location) place = std::move(location->place);
  }
  std::string path;
  for (const std::string& folder : place.folders) path += folder + "/";
  path += place.name;
  if (!options_.public_url.empty()) return options_.public_url + "/" + percent_encode_path(path);
  return "file://" + percent_encode_path((options_.root / path).string());
}

}  // namespace reconcile::directory
