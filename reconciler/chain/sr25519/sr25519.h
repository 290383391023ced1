#pragma once
// sr25519 as Substrate has it: schnorrkel over ristretto255, signing context "substrate".
// Group arithmetic is libsodium's and takes the same time whatever the secret is.

#include <array>
#include <cstdint>
#include <span>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/account.h"
#include "reconciler/chain/secret_bytes.h"

namespace reconcile::chain {

/// 32 bytes of seed, from which everything else follows.
using MiniSecret = SecretBytes<32>;
using ChainCode = std::array<std::uint8_t, 32>;

/// A secret key in schnorrkel's canonical form: a scalar below the group order, little-endian, and a nonce
/// seed.
struct Sr25519Secret {
  SecretBytes<32> scalar;
  SecretBytes<32> nonce;
};

/// ExpandMode::Ed25519: SHA-512, clamped, divided by the cofactor 8. What Substrate and its wallets use.
Sr25519Secret sr25519_expand(const MiniSecret& mini);
/// scalar || nonce. kCorrupt when the scalar is zero or not below the group order, as in polkadot-js's form
/// (times 8).
Result<Sr25519Secret> sr25519_import(std::span<const std::uint8_t, 64> canonical);
AccountId sr25519_public(const Sr25519Secret& secret);

/// Randomised: two signatures of one message differ. `account` must be sr25519_public(secret).
std::array<std::uint8_t, 64> sr25519_sign(const Sr25519Secret& secret, const AccountId& account,
                                          ByteView message);
/// False for anything but a signature in canonical form by that account, which must not be the identity.
bool sr25519_verify(const AccountId& account, ByteView message, std::span<const std::uint8_t, 64> signature);

/// `//junction`: a new seed, from which the parent cannot be found.
MiniSecret sr25519_derive_hard(const Sr25519Secret& parent, const ChainCode& chain_code);
/// `/junction`: whoever has a child's secret and the parent's public key has the parent's secret.
Sr25519Secret sr25519_derive_soft(const Sr25519Secret& parent, const ChainCode& chain_code);

}  // namespace reconcile::chain
