#pragma once
// The one call this program can make.

#include <cstdint>
#include <span>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/commitment/fields.h"
#include "reconciler/chain/metadata/metadata.h"

namespace reconcile::chain {

/// Commitments.set_commitment(netuid, info), with the indices that the metadata gives and checked against its
/// types: what is sent reads back, by the runtime's own description, as these very fields. kInvalidInput: a
/// field too long, or more fields than the runtime's MaxFields. kUnsupported: the runtime takes something
/// else.
Result<ByteVector> set_commitment_call(const Metadata& metadata, std::uint16_t netuid,
                                       std::span<const CommitmentField> fields);

}  // namespace reconcile::chain
