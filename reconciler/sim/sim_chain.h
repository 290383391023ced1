#pragma once
// The world's chain: blocks come with time, finality lags, extrinsics get lost.

#include "reconciler/ports/chain.h"
#include "reconciler/sim/world.h"

namespace reconcile::sim {

class SimChain final : public Chain {
 public:
  explicit SimChain(World& world) : world_(world) {}
  /// At the finalized block.
  Result<ChainView> observe(const Account& account) override;
  /// Turns the world's clock until the extrinsic is final, or dead.
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override;

 private:
  World& world_;
};

}  // namespace reconcile::sim
