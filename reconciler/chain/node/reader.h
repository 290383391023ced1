#pragma once
// The reading half of a Substrate chain: what --plan and `status` hold. No key is anywhere near.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/chain/node/blocks.h"
#include "reconciler/chain/node/runtime.h"
#include "reconciler/ports/chain.h"

namespace reconcile::chain {

/// A block and the runtime in force there.
struct Snapshot {
  BlockRef block;
  Runtime runtime;
};

/// A commitment as `status` lists it.
struct ListedCommitment {
  std::string hotkey;  ///< SS58
  reconcile::StoredCommitment commitment;
};

/// One thread at a time.
class SubstrateReader final : public ChainReader {
 public:
  /// `network` is how the operator calls the chain.
  SubstrateReader(std::shared_ptr<Rpc> rpc, std::string network)
      : rpc_(std::move(rpc)), network_(std::move(network)), runtimes_(*rpc_) {}

  /// `account.hotkey` is an SS58 address (kInvalidInput otherwise). kTransient: no endpoint answers, the node
  /// is still syncing, or it knows less than one that was asked before. Notes say what an operator should
  /// see.
  Result<ChainView> observe(const Account& account) override;

  /// The newest finalized block, never older than one seen before. kTransient as above.
  Result<Snapshot> snapshot();

  /// Every commitment of a subnet, by address, at one finalized block. At most 65,536.
  Result<std::vector<ListedCommitment>> all_of(std::uint16_t netuid, const Snapshot& at);

  Rpc& rpc() { return *rpc_; }
  RuntimeCache& runtimes() { return runtimes_; }

 private:
  std::shared_ptr<Rpc> rpc_;
  std::string network_;
  RuntimeCache runtimes_;
  std::uint64_t newest_ = 0;
};

}  // namespace reconcile::chain
