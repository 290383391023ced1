#pragma once
// Where a value lies in the chain's state.

#include <span>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/metadata/metadata.h"

namespace reconcile::chain {

/// One part of a key behind its hasher.
ByteVector hash_key_part(Hasher hasher, ByteView part);

/// twox_128(pallet) || twox_128(entry) || each part under its hasher. `parts` are SCALE-encoded, one for each
/// hasher, and must fit the key's types: a key of the wrong shape would read as "absent", which it is not.
/// kUnsupported when the runtime has no such entry or another key.
Result<ByteVector> storage_key(const Metadata& metadata, std::string_view pallet, std::string_view entry,
                               std::span<const ByteVector> parts = {});

/// The same with fewer parts than hashers: what all keys of a map, or of its first part, begin with.
Result<ByteVector> storage_prefix(const Metadata& metadata, std::string_view pallet, std::string_view entry,
                                  std::span<const ByteVector> parts = {});

}  // namespace reconcile::chain
