#pragma once
// What the planner sees of the chain, read at one finalized block.

#include "reconciler/chain/account.h"
#include "reconciler/chain/node/blocks.h"
#include "reconciler/chain/node/runtime.h"
#include "reconciler/model/observed.h"

namespace reconcile::chain {

/// One question, whatever is in it. `network` is how the operator calls the chain.
Result<ChainView> view_at(Rpc& rpc, const Runtime& runtime, const BlockRef& block, std::uint16_t netuid,
                          const AccountId& account, const std::string& network);

/// The account's nonce in the state of this block: how many of its extrinsics are in it and before it.
Result<std::uint64_t> nonce_at(Rpc& rpc, const Metadata& metadata, const BlockHash& block,
                               const AccountId& account);

/// system_accountNextIndex: the same at the best block, with what waits in the node's pool.
Result<std::uint32_t> next_nonce(Rpc& rpc, const std::string& address);

}  // namespace reconcile::chain
