#pragma once
// The root of an embedded bucket, opened, and where an object lies in it.

#include "reconciler/directory/folder.h"
#include "reconciler/directory/key_path.h"

namespace reconcile::directory {

struct BucketFolder {
  Descriptor root;
  Descriptor own;  ///< <root>/.reconcile
};

inline constexpr const char* kMarkerFile = "bucket.json";
inline constexpr const char* kLifecycleFile = "lifecycle.json";

/// nullopt: certainly no bucket (no folder, or no marker in it). Errors: we may not look, or the root is a
/// file.
Result<std::optional<BucketFolder>> find_bucket(const Path& root);
/// The same, where a missing bucket is kNotFound.
Result<BucketFolder> open_bucket(const Path& root);

/// A place for an object's file below the root.
struct Place {
  std::vector<std::string> folders;
  std::string name;
};
struct FoundObject {
  Place place;
  Descriptor folder;
  struct stat status;
};
struct Location {
  std::optional<FoundObject> found;  ///< the object's file, when there is one
  Place place;                       ///< where it is, or where a put would put it
};

/// The plain path when the object is there; else aside when it is there; else the plain path when it is free.
Result<Location> locate(int root, const ObjectKey& key);

}  // namespace reconcile::directory
