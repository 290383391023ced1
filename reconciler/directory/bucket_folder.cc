#include "reconciler/directory/bucket_folder.h"

#include <cerrno>
#include <fcntl.h>

namespace reconcile::directory {
namespace {

struct Look {
  std::optional<FoundObject> found;
  bool blocked = false;  ///< something that is no object of ours stands in the way
};

Result<Look> look_at(int root, const Place& place) {
  TRY_ASSIGN(FolderAt folder, open_folder(root, place.folders));
  if (folder.state != FolderAt::State::kOpen)
    return Look{std::nullopt, folder.state == FolderAt::State::kBlocked};
  TRY_ASSIGN(const std::optional<struct stat> status, status_of(folder.fd.get(), place.name));
  if (!status) return Look{};
  if (!S_ISREG(status->st_mode)) return Look{std::nullopt, true};
  return Look{FoundObject{place, std::move(folder.fd), *status}, false};
}

Place aside_place(const ObjectKey& key) {
  KeyPath path = aside_path(key);
  path.folders.insert(path.folders.begin(), kAsideFolder);
  return {std::move(path.folders), std::move(path.name)};
}

}  // namespace

Result<std::optional<BucketFolder>> find_bucket(const Path& root) {
  Descriptor top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top && errno == ENOENT) return std::nullopt;
  if (!top && errno == ENOTDIR)
    return fail(Fault::kInvalidInput, root.string() + " is not a folder", "name a folder as the bucket");
  if (!top) return fail(error_from_errno("opening the bucket folder " + root.string(), errno));
  const std::string own_name = kOwnFolder;
  TRY_ASSIGN(FolderAt own, open_folder(top.get(), Names(&own_name, 1)));
  if (own.state != FolderAt::State::kOpen) return std::nullopt;
  TRY_ASSIGN(const std::optional<struct stat> marker, status_of(own.fd.get(), kMarkerFile));
  if (!marker || !S_ISREG(marker->st_mode)) return std::nullopt;
  return BucketFolder{std::move(top), std::move(own.fd)};
}

Result<BucketFolder> open_bucket(const Path& root) {
  TRY_ASSIGN(std::optional<BucketFolder> bucket, find_bucket(root));
  if (!bucket)
    return fail(Fault::kNotFound, "there is no bucket in " + root.string(),
                "check bucket.path, or set bucket.create: true to make one there");
  return *std::move(bucket);
}

Result<Location> locate(int root, const ObjectKey& key) {
  KeyPath path = plain_path(key);
  Place plain{std::move(path.folders), std::move(path.name)};
  TRY_ASSIGN(Look here, look_at(root, plain));
  if (here.found) return Location{std::move(here.found), std::move(plain)};
  Place aside = aside_place(key);
  TRY_ASSIGN(Look there, look_at(root, aside));
  if (there.found) return Location{std::move(there.found), std::move(aside)};
  return Location{std::nullopt, here.blocked ? std::move(aside) : std::move(plain)};
}

}  // namespace reconcile::directory
