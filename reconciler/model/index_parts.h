#pragma once
// How an index is stored: one object while it is small; else a root that names one immutable part for each
// day gone by, so that a pass rewrites what changed and not everything. In memory an index is always whole.
//
// The rule, which every writer must follow to find its parts again: up to `inline_max` entries all stand in
// the root. Above, the entries of each day (UTC, of IndexEntry.time) before that of Index.time go into a part
// of their own, and the rest stays in the root. Should there be more days than parts may be, the oldest share
// one. A part's key ends with its digest: equal entries are the same object, which need not be written again.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/model/index.h"

namespace reconcile {

/// Small publications keep one object, which people can follow with coreutils.
inline constexpr std::size_t kIndexInlineMax = 1000;
/// Eleven years of days.
inline constexpr std::size_t kIndexPartsMax = 4096;
inline constexpr const char* kIndexPartsPrefix = "i/parts/";

/// "i/parts/2026-11-22-0123456789abcdef.json": the day and the first 16 hex digits of the part's SHA-256.
ObjectKey index_part_key(const std::string& day, const Sha256& sha256);

struct StoredIndex {
  std::string root;              ///< the unsigned bytes
  std::vector<IndexPart> parts;  ///< as the root names them, oldest first
};

/// Each part's bytes, once, oldest first.
using PartSink = std::function<void(const IndexPart& part, const std::string& content)>;

/// Equal indexes give equal bytes. The index's own signature is not printed.
StoredIndex store_index(const Index& index, std::size_t inline_max, const PartSink& sink = {});

/// A root as read: `index.objects` holds what stands in the root itself.
struct IndexRoot {
  Index index;
  std::vector<IndexPart> parts;
};

/// Strict, except that unknown members are ignored. kCorrupt, with the place: more than kIndexPartsMax parts,
/// parts longer than kIndexBytesMax or of other keys than index_part_key gives, more than 2,000,000 entries.
Result<IndexRoot> parse_index_root(std::string_view text);

/// The entries of a part, compared with what the root says of it. kCorrupt when anything differs.
Result<std::vector<IndexEntry>> parse_index_part(std::string_view text, const IndexPart& part);

/// Puts parts and root together. kCorrupt when a key stands twice.
Result<Index> join_index(Index root, std::vector<IndexEntry> entries_of_parts);

}  // namespace reconcile
