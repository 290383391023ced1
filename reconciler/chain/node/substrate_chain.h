#pragma once
// A Substrate chain that one hotkey writes to: sign, submit, follow to finality. The only writer of
// commitments.

#include <functional>
#include <memory>

#include "reconciler/chain/keys/keypair.h"
#include "reconciler/chain/node/follow.h"
#include "reconciler/chain/node/reader.h"

namespace reconcile::chain {

/// Opens the hotkey. Called only when something is about to be signed; the key is dropped afterwards.
using OpenKey = std::function<Result<Keypair>()>;

struct SubstrateOptions {
  std::string network;  ///< how the operator calls the chain
  /// Called with the genesis before anything is signed for it; an error stops that. May be empty.
  std::function<Result<void>(const std::string& genesis)> keep_genesis;
  OpenKey open_key;
  Pause pause;
  std::chrono::milliseconds poll_max{3'000};
  std::chrono::milliseconds stall_max{600'000};
  std::uint64_t era_blocks = 64;  ///< how long a signed extrinsic may be included; a power of two, 4 to 2048
};

/// One thread at a time.
class SubstrateChain final : public Chain {
 public:
  SubstrateChain(std::shared_ptr<Rpc> rpc, SubstrateOptions options);

  Result<ChainView> observe(const Account& account) override { return reader_.observe(account); }

  /// As the port says. Waits first until nothing of this hotkey is on its way: what a killed process sent may
  /// still be included, and a second extrinsic would commit twice; if something was, kConflict, since the
  /// chain is another one now. What the chain holds already is not sent again. kUnknownOutcome only when
  /// asked to stop or when no answer can be had for `stall_max`.
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override;

 private:
  struct Attempt;
  Result<void> wait_until_idle(const Account& account, const AccountId& id);
  Result<Attempt> sign(const Account& account, const AccountId& id,
                       const std::vector<CommitmentField>& fields);
  /// `again`: sign anew, once, when the runtime moved in between.
  Result<Inclusion> submit_and_follow(const Account& account, const Attempt& attempt,
                                      const std::function<Result<Attempt>()>& again);
  Result<Inclusion> judge(const Account& account, const Included& included, const SignedExtrinsic& extrinsic);

  std::shared_ptr<Rpc> rpc_;
  SubstrateOptions options_;
  SubstrateReader reader_;
};

}  // namespace reconcile::chain
