#pragma once
// What the chain holds for a hotkey: Commitments.CommitmentOf, read by the runtime's own metadata.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/commitment/fields.h"
#include "reconciler/chain/metadata/metadata.h"
#include "reconciler/chain/metadata/value.h"

namespace reconcile::chain {

struct NoneField {
  friend bool operator==(const NoneField&, const NoneField&) = default;
};
struct ResetBondsField {
  friend bool operator==(const ResetBondsField&, const ResetBondsField&) = default;
};
/// Encrypted until drand reveals `reveal_round`.
struct TimelockField {
  ByteVector encrypted;
  std::uint64_t reveal_round = 0;
  friend bool operator==(const TimelockField&, const TimelockField&) = default;
};
/// A kind this program does not know, though the runtime's metadata does: its name and bytes, the index
/// included.
struct OtherField {
  std::string variant;
  ByteVector bytes;
  friend bool operator==(const OtherField&, const OtherField&) = default;
};
using StoredField =
    std::variant<RawField, DigestField, BigRawField, NoneField, ResetBondsField, TimelockField, OtherField>;

struct Registration {
  std::uint64_t deposit = 0;  ///< in rao
  std::uint32_t block = 0;    ///< the block that wrote it
  std::vector<StoredField> fields;
  ByteVector info;  ///< the CommitmentInfo as stored: compare it with encode_commitment_info
};

/// A record that is there but does not fit the metadata. Somebody's, not nothing: never to be replaced
/// silently.
struct UnreadableRecord {
  ByteVector bytes;
  std::string why;
};

using StoredCommitment = std::variant<Registration, UnreadableRecord>;

/// `bytes`: the value of Commitments.CommitmentOf. Fails only (kUnsupported) when the runtime has no such
/// storage; whatever the bytes are, they come back as one of the two.
Result<StoredCommitment> read_commitment(const Metadata& metadata, ByteView bytes);

/// A decoded CommitmentInfo's fields. kCorrupt when the tree does not have the shape of one.
Result<std::vector<StoredField>> stored_fields(const Value& info, ByteView decoded_from);

/// What we send, as it will be read back.
StoredField as_stored(const CommitmentField& field);

}  // namespace reconcile::chain
