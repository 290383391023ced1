#include "reconciler/directory/directory_store.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "reconciler/directory/lifecycle_file.h"
#include "reconciler/directory/listing.h"
#include "reconciler/directory/sidecar.h"
#include "reconciler/directory/staging.h"

namespace reconcile::directory {
namespace {

/// One writer at a time, in this process or another: an object and its metadata change together.
Result<Descriptor> lock_writers(const BucketFolder& bucket) {
  Descriptor lock(::openat(bucket.own.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!lock) return fail(error_from_errno("opening the bucket folder's lock", errno));
  while (::flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) return fail(error_from_errno("locking the bucket folder", errno));
  return lock;
}

Result<void> write_sidecar(const BucketFolder& bucket, const ObjectKey& key, const Sidecar& sidecar) {
  TRY_ASSIGN(const std::string text, print_sidecar(key, sidecar));
  const Place place = sidecar_place(key);
  return replace_file(bucket.own.get(), place.folders, place.name, text);
}

/// While `object` is replaced, the entry that is true now stays beside the new one until its file changes
/// hands.
Result<void> keep_current(StagedFile& metadata, const SidecarEntry& fresh, const BucketFolder& bucket,
                          const ObjectKey& key, const FoundObject& object) {
  const Result<Sidecar> old = read_sidecar(bucket.own.get(), key);
  if (!old && old.error().fault == Fault::kCorrupt) return {};  // replaced together with its object
  TRY(old);
  TRY_ASSIGN(const std::optional<SidecarEntry> current, entry_of(*old, object));
  if (!current) return {};
  TRY_ASSIGN(const std::string text, print_sidecar(key, {fresh, *current}));
  return metadata.write(text);
}

tl::unexpected<Error> taken(const ObjectKey& key) {
  return fail(Fault::kConflict, "object " + key.get() + " is there already", "look at it first");
}

/// Durable or not, nobody can say: the caller reads back.
Error unknown(Error error) {
  error.fault = Fault::kUnknownOutcome;
  return error;
}

}  // namespace

DirectoryStore::DirectoryStore(DirectoryOptions options) : options_(options), reader_(std::move(options)) {}

Result<void> DirectoryStore::create_bucket() {
  std::error_code error;
  std::filesystem::create_directories(options_.root / kOwnFolder, error);
  if (error) return fail(error_from_errno("making folder " + options_.root.string(), error.value()));
  TRY_ASSIGN(const bool exists, reader_.bucket_exists());
  if (exists) return {};
  TRY(write_file_atomically(options_.root / kOwnFolder / kMarkerFile, "{\"format\":1}\n"));
  TRY(sync_folder(options_.root));
  return sync_folder(options_.root.parent_path());
}

Result<PutReceipt> DirectoryStore::put(const ObjectKey& key, const Body& body, const PutOptions& options) {
  TRY(check_key(key));
  TRY(check_metadata(options.metadata));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  if (options.only_if_absent) {
    TRY_ASSIGN(const Location location, locate(bucket.root.get(), key));
    if (location.found) return taken(key);
  }
  if (!swept_.exchange(true)) sweep_staging(bucket.own.get());
  TRY_ASSIGN(StagedFile staged, StagedFile::create(bucket.own.get()));
  TRY(stage_body(body, options.progress, staged.fd()));
  struct stat status {};
  if (::fstat(staged.fd(), &status) != 0) return fail(error_from_errno("looking at a new object", errno));
  const SidecarEntry entry{body.size, mtime_ns_of(status), body.sha256, options.content_type,
                           options.metadata};
  TRY_ASSIGN(StagedFile metadata, StagedFile::create(bucket.own.get()));
  TRY_ASSIGN(const std::string text, print_sidecar(key, {entry}));
  TRY(metadata.write(text));

  // Under the lock nothing is synced that could be synced before or after.
  TRY_ASSIGN(Descriptor lock, lock_writers(bucket));
  TRY_ASSIGN(const Location location, locate(bucket.root.get(), key));
  if (options.only_if_absent && location.found) return taken(key);
  if (location.found) TRY(keep_current(metadata, entry, bucket, key, *location.found));
  const Place beside = sidecar_place(key);
  TRY_ASSIGN(const Descriptor metadata_folder, make_folder(bucket.own.get(), beside.folders));
  TRY_ASSIGN(const Descriptor folder, make_folder(bucket.root.get(), location.place.folders));
  TRY(metadata.publish(metadata_folder.get(), beside.name, false));
  TRY(staged.publish(folder.get(), location.place.name, options.only_if_absent));
  lock = Descriptor();
  for (const Descriptor* changed : {&metadata_folder, &folder}) {
    const Result<void> synced = sync_open(changed->get(), "the folder of object " + key.get());
    if (!synced) return fail(unknown(synced.error()));
  }
  return PutReceipt{etag_of(entry.mtime_ns, body.size)};
}

Result<void> DirectoryStore::renew(const ObjectKey& key) {
  TRY(check_key(key));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  TRY_ASSIGN(const Descriptor lock, lock_writers(bucket));
  TRY_ASSIGN(const Location location, locate(bucket.root.get(), key));
  if (!location.found) return fail(Fault::kNotFound, "no object " + key.get() + " to renew", "observe again");
  const FoundObject& object = *location.found;
  TRY_ASSIGN(const Sidecar sidecar, read_sidecar(bucket.own.get(), key));
  TRY_ASSIGN(std::optional<SidecarEntry> entry, entry_of(sidecar, object));
  if (::utimensat(object.folder.get(), object.place.name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) != 0)
    return fail(error_from_errno("touching object " + key.get(), errno));
  if (!entry) return {};
  TRY_ASSIGN(const std::optional<struct stat> status, status_of(object.folder.get(), object.place.name));
  if (!status) return fail(Fault::kConflict, "object " + key.get() + " went away", "observe again");
  entry->mtime_ns = mtime_ns_of(*status);
  return write_sidecar(bucket, key, {*std::move(entry)});
}

Result<void> DirectoryStore::remove(const ObjectKey& key) {
  TRY(check_key(key));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  TRY_ASSIGN(const Descriptor lock, lock_writers(bucket));
  // The object first: metadata without an object is nothing, an object without metadata would be foreign.
  for (int places = 2; places > 0; --places) {  // the plain one and the one aside; never a third
    TRY_ASSIGN(const Location location, locate(bucket.root.get(), key));
    if (!location.found) break;
    const FoundObject& object = *location.found;
    if (::unlinkat(object.folder.get(), object.place.name.c_str(), 0) != 0 && errno != ENOENT)
      return fail(error_from_errno("removing object " + key.get(), errno));
    const Result<void> synced = sync_open(object.folder.get(), "the folder of object " + key.get());
    if (!synced) return fail(unknown(synced.error()));
    prune_folders(bucket.root.get(), object.place.folders);
  }
  const Place place = sidecar_place(key);
  TRY_ASSIGN(const FolderAt folder, open_folder(bucket.own.get(), place.folders));
  if (folder.state != FolderAt::State::kOpen) return {};
  if (::unlinkat(folder.fd.get(), place.name.c_str(), 0) != 0 && errno != ENOENT)
    return fail(error_from_errno("removing the metadata of " + key.get(), errno));
  prune_folders(bucket.own.get(), place.folders);
  return {};
}

Result<void> DirectoryStore::set_lifecycle(const LifecycleDocument& document) {
  TRY_ASSIGN(const std::string text, print_lifecycle(document));
  TRY_ASSIGN(const BucketFolder bucket, open_bucket(options_.root));
  TRY_ASSIGN(const Descriptor lock, lock_writers(bucket));
  if (!document.rules.empty()) return replace_file(bucket.own.get(), {}, kLifecycleFile, text);
  if (::unlinkat(bucket.own.get(), kLifecycleFile, 0) != 0 && errno != ENOENT)
    return fail(error_from_errno("removing the lifecycle document", errno));
  return sync_open(bucket.own.get(), "the bucket folder");
}

}  // namespace reconcile::directory
