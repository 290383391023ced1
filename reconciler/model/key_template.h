#pragma once
// The key under which a buffer file is put: `data/{yyyy}/{mm}/{dd}/{name}`.
//
//   yyyy mm dd hh   UTC, of the file's modification: the same in every pass
//   name            file name with all extensions, `.gz` included where the file is compressed on the way
//   stem, ext       `x` and `json.gz` of `x.json.gz`
//   path            path below the buffer folder, `/` between parts
//   sha256, sha8    hex of the SHA-256 of the file as it lies in the buffer (not of the compressed copy: the
//                   key is known before that is made), whole and its first 8 digits

#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

struct KeyValues {
  std::string path;  ///< as it will be in the bucket: with `.gz` when compressed
  Instant time;      ///< when the file was last modified
  Sha256 sha256;     ///< of the buffer file
};

class KeyTemplate {
 public:
  /// kInvalidInput with the column (from 1). One of {name}, {path}, {stem}, {sha256} is required, since
  /// otherwise two files would share a key; a leading `/`, empty, `.` and `..` parts are refused.
  static Result<KeyTemplate> compile(std::string_view text);

  /// kInvalidInput when the key would not be one: over 1,024 bytes, not UTF-8, a control character, an empty,
  /// `.` or `..` part.
  Result<ObjectKey> render(const KeyValues& values) const;

  /// The text before the first variable: every key begins with it. May be empty.
  const std::string& static_prefix() const { return static_prefix_; }

  /// The longest key in bytes for a file whose relative path has `path_bytes` bytes.
  std::size_t worst_case_length(std::size_t path_bytes) const;

  /// {sha256} or {sha8} is part of the key.
  bool uses_digest() const { return uses_digest_; }

 private:
  struct Segment {
    std::string literal;  ///< when `name` is empty
    std::string name;
  };
  std::string static_prefix_;
  bool uses_digest_ = false;
  std::vector<Segment> segments_;
};

/// The key for other bytes when `key` is taken: `data/x.json.gz` -> `data/x-1a2b3c4d.json.gz`, with the first
/// 8 hex digits of the file's SHA-256. kInvalidInput when that has more than 1,024 bytes.
Result<ObjectKey> renamed(const ObjectKey& key, const Sha256& sha256);

/// A key that this program would write: 1 to 1,024 bytes of UTF-8 without control characters, no leading
/// slash, no empty, `.` or `..` part.
Result<void> check_key(std::string_view key);

/// Where the extensions begin, dot included; the name's length when it has none. `.gz .zst .bz2 .xz .lz4`
/// count together with the one before: 1 for `x.json.gz`, 4 for `v1.2.parquet`.
std::size_t extension_at(std::string_view file_name);

}  // namespace reconcile
