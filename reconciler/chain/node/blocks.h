#pragma once
// Blocks, as far as following an extrinsic needs them.

#include <cstdint>
#include <optional>
#include <vector>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/account.h"
#include "reconciler/chain/rpc/rpc.h"

namespace reconcile::chain {

struct BlockRef {
  std::uint64_t number = 0;
  BlockHash hash;
};

/// The newest block that can no longer be taken back.
Result<BlockRef> finalized_head(Rpc& rpc);

/// The hash of block `number` of the node's chain. kTransient when the node does not know such a block (yet).
Result<BlockHash> block_hash(Rpc& rpc, std::uint64_t number);

/// Where in the block these very bytes stand (from 0); nullopt when they do not. At most 64 MiB of block.
Result<std::optional<std::uint32_t>> place_in_block(Rpc& rpc, const BlockHash& block, ByteView extrinsic);

}  // namespace reconcile::chain
