#pragma once
// Object keys as paths below a folder, and back. Pure.
//
// A key is cut at its slashes and each part is a file name as it stands, so that ordinary keys are readable
// paths and a web server finds them. Parts that no file name can hold are escaped, and only those:
//
//   part                            name
//   empty (`//`, leading, trailing)  %
//   `.`, `..`, `.reconcile`          %. and %.. and %.reconcile
//   begins with `%`                  one more `%` in front
//   over 255 bytes                   folders `%+<250 bytes>` and then the rest by the same rules
//
// Nothing else begins with `%`, so the form is reversible and two keys never share a path. A file whose path
// is not the form of any key is not an object.
//
// A path can still be taken: `a` is a file and `a/b` wants a folder there. Whoever comes second goes to
// `%aside/`, named by the whole key with `/`, `%` and control bytes percent-encoded.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile::directory {

/// S3 object keys: at most 1,024 bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects").
inline constexpr std::size_t kKeyBytesMax = 1024;
/// Linux NAME_MAX.
inline constexpr std::size_t kNameBytesMax = 255;
/// Holds the metadata; a part of this name is escaped wherever it stands.
inline constexpr const char* kOwnFolder = ".reconcile";
inline constexpr const char* kAsideFolder = "%aside";
inline constexpr const char* kAsideSuffix = ".object";
inline constexpr const char* kMetadataSuffix = ".json";

/// A path relative to some folder, part by part.
struct KeyPath {
  std::vector<std::string> folders;
  std::string name;
  friend bool operator==(const KeyPath&, const KeyPath&) = default;
};

/// kInvalidInput unless 1 to 1,024 bytes of UTF-8 without a NUL.
Result<void> check_key(const ObjectKey& key);

/// Below the root.
KeyPath plain_path(const ObjectKey& key);
/// Below kAsideFolder.
KeyPath aside_path(const ObjectKey& key);
/// Below the folder of metadata files.
KeyPath metadata_path(const ObjectKey& key);
/// The folders that hold the keys that begin with `prefix`, which is empty or ends with a slash.
std::vector<std::string> folders_of(std::string_view prefix);

/// What one name says: a whole part, or the beginning of one that goes on in the folder of this name.
struct NamePiece {
  std::string text;
  bool continues = false;
};
NamePiece read_name(std::string_view name);
/// The names that hold one part of a key: one, unless the part is too long.
std::vector<std::string> names_of(std::string_view part);
/// The key whose aside_path has these names; nothing when there is none.
std::optional<ObjectKey> key_of_aside(const std::vector<std::string>& folders, std::string_view name);

/// For URLs: everything but A-Z a-z 0-9 - . _ ~ / becomes %XX (RFC 3986 section 2.3).
std::string percent_encode_path(std::string_view path);
/// The inverse; nothing for a malformed escape.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace reconcile::directory
