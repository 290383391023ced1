// Derivation of child keys: schnorrkel's "SchnorrRistrettoHDKD".
#include <sodium.h>

#include "reconciler/chain/sr25519/sr25519.h"
#include "reconciler/chain/sr25519/transcript.h"

namespace reconcile::chain {
namespace {

Transcript derivation(const ChainCode& chain_code) {
  Transcript out("SchnorrRistrettoHDKD");
  out.append("sign-bytes", {});
  out.append("chain-code", chain_code);
  return out;
}

}  // namespace

MiniSecret sr25519_derive_hard(const Sr25519Secret& parent, const ChainCode& chain_code) {
  Transcript transcript = derivation(chain_code);
  transcript.append("secret-key", parent.scalar.view());
  MiniSecret out;
  transcript.challenge("HDKD-hard", out.span());
  return out;
}

Sr25519Secret sr25519_derive_soft(const Sr25519Secret& parent, const ChainCode& chain_code) {
  Transcript transcript = derivation(chain_code);
  transcript.append("public-key", sr25519_public(parent).get());
  SecretBytes<64> wide;
  transcript.challenge("HDKD-scalar", wide.span());
  SecretBytes<32> offset;
  crypto_core_ristretto255_scalar_reduce(offset.data(), wide.data());
  Sr25519Secret out;
  crypto_core_ristretto255_scalar_add(out.scalar.data(), parent.scalar.data(), offset.data());
  transcript.witness("HDKD-nonce", parent.nonce.view(), out.nonce.span());
  return out;
}

}  // namespace reconcile::chain
