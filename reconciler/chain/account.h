#pragma once
// The 32-byte names a Substrate chain uses.

#include <array>
#include <cstdint>

#include "reconciler/base/strong.h"

namespace reconcile::chain {

/// An account: the public key (sr25519 or ed25519) itself.
using AccountId = Strong<struct AccountIdTag, std::array<std::uint8_t, 32>>;
/// BLAKE2b-256 of a block's header; the genesis hash is block 0's and names the network.
using BlockHash = Strong<struct BlockHashTag, std::array<std::uint8_t, 32>>;
/// BLAKE2b-256 of a whole extrinsic, its length prefix included.
using ExtrinsicHash = Strong<struct ExtrinsicHashTag, std::array<std::uint8_t, 32>>;

}  // namespace reconcile::chain
