#pragma once
// The parts of metadata, read in their order. Used by Metadata::decode alone.

#include <cstddef>
#include <vector>

#include "reconciler/chain/metadata/types.h"
#include "reconciler/chain/scale/reader.h"

namespace reconcile::chain {

/// A Reader that also bounds what the decoded values may cost in memory: a hostile 16 MiB of four-byte items
/// must not become a gigabyte of structures. A genuine runtime has about 20,000 items.
struct MetadataReader {
  Reader in;
  std::size_t items_left = 1u << 20;

  /// Reader::count, paid from the budget.
  Result<std::size_t> count(std::size_t item_bytes_min);
  /// Vec<String>.
  Result<std::vector<std::string_view>> texts();
  /// Vec<String>, not kept.
  Result<void> skip_texts();
  /// Option: 0 or 1, then the value when 1.
  Result<bool> option() { return in.boolean(); }
};

Result<std::vector<Type>> decode_types(MetadataReader& reader);
Result<std::vector<Pallet>> decode_pallets(MetadataReader& reader);
Result<ExtrinsicFormat> decode_extrinsic_format(MetadataReader& reader);

/// Every type id inside must be below the number of types.
Result<void> check_type_ids(const std::vector<Type>& types, const std::vector<Pallet>& pallets,
                            const ExtrinsicFormat& extrinsic);

}  // namespace reconcile::chain
