#pragma once
// The metadata file of an object. It names the bytes it speaks of, so that it can never be taken for the
// metadata of others: a crash between the two writes of a put, or a stranger's edit, shows.

#include <cstdint>
#include <map>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "reconciler/directory/bucket_folder.h"
#include "reconciler/ports/object_store.h"

namespace reconcile::directory {

struct SidecarEntry {
  Bytes size;
  std::int64_t mtime_ns = 0;  ///< of the object's file
  Sha256 sha256;
  std::string content_type;
  std::map<std::string, std::string> metadata;
};

/// Newest first, at most two: while an object is replaced the old and the new bytes each have their entry.
using Sidecar = std::vector<SidecarEntry>;

/// Names lower-case, of letters, digits and `-_.`; names and values UTF-8 without control characters; at most
/// 8,192 bytes together, which is R2's limit (developers.cloudflare.com/r2/platform/limits).
Result<void> check_metadata(const std::map<std::string, std::string>& metadata);

Result<std::string> print_sidecar(const ObjectKey& key, const Sidecar& sidecar);
/// kCorrupt, naming `where`.
Result<Sidecar> parse_sidecar(const std::string& text, const std::string& where);

/// Empty when there is none: a foreign object.
Result<Sidecar> read_sidecar(int own, const ObjectKey& key);

/// The entry that speaks of the bytes in this file: the newest where size and modification time fit it alone;
/// otherwise the file is hashed. nullopt: none does.
Result<std::optional<SidecarEntry>> entry_of(const Sidecar& sidecar, const FoundObject& object);

/// Parts of the path of a metadata file below `.reconcile`.
Place sidecar_place(const ObjectKey& key);

}  // namespace reconcile::directory
