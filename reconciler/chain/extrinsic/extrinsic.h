#pragma once
// From a call to the bytes that author_submitExtrinsic takes: prepare, sign what `to_sign` holds, assemble.

#include <array>
#include <cstdint>
#include <span>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/account.h"
#include "reconciler/chain/commitment/fields.h"
#include "reconciler/chain/extrinsic/extensions.h"
#include "reconciler/chain/metadata/metadata.h"

namespace reconcile::chain {

/// The variants of MultiSignature, numbered as on the wire.
enum class CryptoType : std::uint8_t { kEd25519 = 0, kSr25519 = 1 };

struct Signature {
  CryptoType type = CryptoType::kSr25519;
  std::array<std::uint8_t, 64> bytes{};
};

struct UnsignedExtrinsic {
  ByteVector call;
  ByteVector explicit_bytes;
  ByteVector payload;  ///< call || explicit || implicit
  ByteVector to_sign;  ///< the payload, or its BLAKE2b-256 when it is over 256 bytes
};

struct SignedExtrinsic {
  ByteVector bytes;  ///< with its compact length in front, as submitted and as found in a block
  ExtrinsicHash hash;
};

/// The only extrinsic there is: set_commitment. Fails as set_commitment_call and encode_extensions do, and
/// with kUnsupported when the runtime does not take a v4 extrinsic of MultiAddress and MultiSignature.
Result<UnsignedExtrinsic> prepare_set_commitment(const Metadata& metadata, std::uint16_t netuid,
                                                 std::span<const CommitmentField> fields,
                                                 const SigningContext& context);

/// `signature` is the signer's over `to_sign`; it is not verified here.
SignedExtrinsic assemble(const UnsignedExtrinsic& extrinsic, const AccountId& signer,
                         const Signature& signature);

/// BLAKE2b-256 of an extrinsic as it stands in a block, length included.
ExtrinsicHash hash_of_extrinsic(ByteView bytes);

}  // namespace reconcile::chain
