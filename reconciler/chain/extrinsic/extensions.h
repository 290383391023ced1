#pragma once
// What a transaction carries besides its call: the runtime's signed extensions, walked in the metadata's
// order.

#include <cstdint>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/account.h"
#include "reconciler/chain/extrinsic/era.h"
#include "reconciler/chain/metadata/metadata.h"

namespace reconcile::chain {

/// What the chain and the signer's account were when the extrinsic is made.
struct SigningContext {
  std::uint32_t spec_version = 0;         ///< state_getRuntimeVersion, at the same block as the metadata
  std::uint32_t transaction_version = 0;  ///< the same answer
  BlockHash genesis;                      ///< chain_getBlockHash(0): pins the network
  Era era = Era::immortal();
  BlockHash era_birth_hash;  ///< of block era.birth(current); the genesis hash when immortal
  std::uint32_t nonce = 0;   ///< system_accountNextIndex
  std::uint64_t tip = 0;     ///< in rao; set_commitment is fee-less, so nothing is gained by one
};

struct ExtensionBytes {
  ByteVector explicit_bytes;  ///< travel in the extrinsic and are signed
  ByteVector implicit_bytes;  ///< only signed
};

/// kUnsupported, naming the extension, when the runtime has one that this program does not know and that
/// takes bytes, one whose types differ from what it knows, or lacks one that ties the signature to this
/// network and account.
Result<ExtensionBytes> encode_extensions(const Metadata& metadata, const SigningContext& context);

}  // namespace reconcile::chain
