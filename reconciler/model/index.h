#pragma once
// The index: a small immutable object that names every live object. What the chain points at.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

struct IndexEntry {
  ObjectKey key;
  Bytes size;
  Sha256 sha256;
  Instant time;                       ///< when the object was put
  std::optional<std::uint64_t> rows;  ///< Parquet rows, where known
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

struct Index {
  std::uint64_t seq = 0;       ///< 1 for the first index of a publication, one more each time
  std::optional<Sha256> prev;  ///< SHA-256 of the index before, absent for the first
  std::uint16_t netuid = 0;
  std::string hotkey;
  Instant time;                     ///< when it was made
  std::vector<IndexEntry> objects;  ///< sorted by key, each key once
  friend bool operator==(const Index&, const Index&) = default;
};

/// Canonical bytes: JSON, keys in a fixed order, no whitespace but a final newline. Equal indexes give equal
/// bytes.
std::string print_index(const Index& index);

/// Strict inverse. Unknown keys are ignored (a later version may add some); order, duplicates, counts
/// (at most 2,000,000 objects) and digests are checked. Errors are kCorrupt and say where.
Result<Index> parse_index(std::string_view text);

/// "i/00000124.json" for prefix "i/" and seq 124: at least 8 digits.
ObjectKey index_key(const std::string& prefix, std::uint64_t seq);
/// The inverse; nothing for a key of another form.
std::optional<std::uint64_t> index_seq(const std::string& prefix, const ObjectKey& key);

/// The folder for indexes in the bucket. No lifecycle rule may cover it.
inline constexpr const char* kIndexPrefix = "i/";
/// An index longer than this is refused rather than read into memory.
inline constexpr Bytes kIndexBytesMax{512ull << 20};

/// An index as found in the bucket.
struct IndexFile {
  Index index;
  ObjectKey key;
  Bytes size;
  Sha256 sha256;  ///< of the bytes as read
};

}  // namespace reconcile
