#pragma once
// Index signatures by a hotkey: made with the key, checked with the address alone.

#include <functional>

#include "reconciler/chain/node/substrate_chain.h"
#include "reconciler/ports/signer.h"

namespace reconcile::chain {

/// sr25519 and ed25519, by the type that the signature states.
class AddressChecker final : public SignatureChecker {
 public:
  bool verify(const Account& account, std::string_view message, const IndexSignature& signature) override;
};

class KeySigner final : public Signer {
 public:
  explicit KeySigner(OpenKey open_key) : open_key_(std::move(open_key)) {}
  /// Opens the key, signs, drops it. kDenied for a message that is not wrapped: such could be an extrinsic's.
  Result<IndexSignature> sign(std::string_view message) override;

 private:
  OpenKey open_key_;
};

}  // namespace reconcile::chain
