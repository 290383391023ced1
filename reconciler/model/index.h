#pragma once
// The index: a small immutable object that names every live object. What the chain points at.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/bytes.h"
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

/// Who made an index, for readers that are given no digest of it: see index_signature.h.
struct IndexSignature {
  std::string type;  ///< "sr25519"
  ByteVector value;  ///< sr25519: 64 bytes
  friend bool operator==(const IndexSignature&, const IndexSignature&) = default;
};

struct Index {
  std::uint64_t seq = 0;       ///< 1 for the first index of a publication, one more each time
  std::optional<Sha256> prev;  ///< SHA-256 of the index before, absent for the first
  std::uint16_t netuid = 0;
  std::string hotkey;
  Instant time;                     ///< when it was made
  std::vector<IndexEntry> objects;  ///< sorted by key, each key once
  std::optional<IndexSignature> signature;
  friend bool operator==(const Index&, const Index&) = default;
};

/// Canonical bytes of an index in one piece: JSON, keys in a fixed order, no whitespace but a final newline.
/// Equal indexes give equal bytes. How large ones are stored: index_parts.h.
std::string print_index(const Index& index);

/// Strict inverse. Unknown keys are ignored (a later version may add some); order, duplicates, counts
/// (at most 2,000,000 objects) and digests are checked. Errors are kCorrupt and say where; so is a root that
/// names parts, since it is not whole.
Result<Index> parse_index(std::string_view text);

/// "i/00000124": with what every key of that index begins.
std::string index_stem(const std::string& prefix, std::uint64_t seq);
/// "i/00000124.json" for prefix "i/" and seq 124.
ObjectKey index_key(const std::string& prefix, std::uint64_t seq);
/// "i/00000124-<SHA-256 of its bytes, base64url>.json": names its own content, and still sorts by its number.
ObjectKey index_key(const std::string& prefix, std::uint64_t seq, const Sha256& sha256);
/// The inverse of both; nothing for a key of another form, or of a number above kIndexSeqMax.
std::optional<std::uint64_t> index_seq(const std::string& prefix, const ObjectKey& key);
/// The digest in a key of the second form.
std::optional<Sha256> index_digest(const std::string& prefix, const ObjectKey& key);
/// Eight digits: beyond them keys would no longer sort by their numbers. One index each ten seconds takes 31
/// years to get there.
inline constexpr std::uint64_t kIndexSeqMax = 99'999'999;
inline constexpr std::size_t kIndexEntriesMax = 2'000'000;

/// The folder for indexes in the bucket. No lifecycle rule may cover it.
inline constexpr const char* kIndexPrefix = "i/";
/// Strategy static-pointer: a copy of the newest index, under a key that never changes. Not a numbered index.
inline constexpr const char* kPointerKey = "i/latest.json";
/// An index, or a part of one, longer than this is refused rather than read into memory.
inline constexpr Bytes kIndexBytesMax{512ull << 20};

/// What the root of a large index says of one of its parts.
struct IndexPart {
  ObjectKey key;
  Bytes size;
  Sha256 sha256;
  std::uint64_t count = 0;  ///< entries in it
  friend bool operator==(const IndexPart&, const IndexPart&) = default;
};

/// An index as found in the bucket.
struct IndexFile {
  Index index;  ///< whole: entries of its parts included
  ObjectKey key;
  Bytes size;                      ///< of the root
  Sha256 sha256;                   ///< of the root's bytes as read, signature included
  std::vector<IndexPart> parts{};  ///< as the root names them
};

}  // namespace reconcile
