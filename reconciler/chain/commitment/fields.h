#pragma once
// What a commitment is made of (pallet Commitments, `Data` and `CommitmentInfo`), and how what we send is
// encoded.

#include <array>
#include <cstdint>
#include <span>
#include <variant>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"

namespace reconcile::chain {

/// Raw0..Raw128: text or bytes, the length in the variant's number.
struct RawField {
  ByteVector bytes;
  friend bool operator==(const RawField&, const RawField&) = default;
};

enum class DigestKind : std::uint8_t { kBlakeTwo256, kSha256, kKeccak256, kShaThree256 };
struct DigestField {
  DigestKind kind = DigestKind::kSha256;
  std::array<std::uint8_t, 32> digest{};
  friend bool operator==(const DigestField&, const DigestField&) = default;
};

/// BigRaw, at most 512 bytes. Released Python readers show it as nothing.
struct BigRawField {
  ByteVector bytes;
  friend bool operator==(const BigRawField&, const BigRawField&) = default;
};

/// What may be sent. ResetBondsFlag, which resets the neuron's bonds, cannot be expressed here, on purpose.
using CommitmentField = std::variant<RawField, DigestField, BigRawField>;

inline constexpr std::size_t kRawBytesMax = 128;     // subtensor pallets/commitments/src/types.rs, Data::Raw
inline constexpr std::size_t kBigRawBytesMax = 512;  // the same file, Data::BigRaw

/// CommitmentInfo: a compact count, then each field. kInvalidInput when a field is longer than its kind
/// allows. How many fields the runtime takes (its constant MaxFields) is the caller's to check.
Result<ByteVector> encode_commitment_info(std::span<const CommitmentField> fields);

/// What the runtime counts against MaxSpace for these fields, in bytes: max(100, sum), a digest counting 32.
std::size_t commitment_space(std::span<const CommitmentField> fields);

}  // namespace reconcile::chain
