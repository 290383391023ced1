#pragma once
// A key that signs: sr25519 (what hotkeys are) or ed25519.

#include <string_view>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/account.h"
#include "reconciler/chain/extrinsic/extrinsic.h"
#include "reconciler/chain/secret_bytes.h"
#include "reconciler/chain/sr25519/sr25519.h"

namespace reconcile::chain {

/// Holds a secret, wiped when it dies. Immutable; may be used by several threads.
class Keypair {
 public:
  static Keypair from_mini_secret(CryptoType type, const MiniSecret& mini);
  /// sr25519: scalar || nonce in canonical form. ed25519: seed || public key. kCorrupt for anything else.
  static Result<Keypair> from_secret_key(CryptoType type, std::span<const std::uint8_t, 64> secret);

  /// The child at `//a/b//0`: `//` hard, `/` soft (sr25519 only). A junction of digits alone that fits 64
  /// bits is a number, any other is text. kInvalidInput for anything else. No path gives the same key.
  Result<Keypair> derive(std::string_view path) const;

  CryptoType type() const { return type_; }
  const AccountId& account() const { return account_; }
  /// Over the bytes themselves: for an extrinsic, its `to_sign`.
  Signature sign(ByteView message) const;

 private:
  Keypair(CryptoType type, const SecretBytes<64>& secret);
  Sr25519Secret sr25519() const;

  CryptoType type_;
  SecretBytes<64> secret_;  // as from_secret_key takes it
  AccountId account_;
};

/// Whether `account` made this signature.
bool verify(const AccountId& account, ByteView message, const Signature& signature);

}  // namespace reconcile::chain
