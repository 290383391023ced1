#include "reconciler/chain/sr25519/sr25519.h"

#include <algorithm>

#include <sodium.h>

#include "reconciler/base/invariant.h"
#include "reconciler/chain/sr25519/transcript.h"

namespace reconcile::chain {
namespace {

using Scalar = SecretBytes<32>;
using Point = std::array<std::uint8_t, 32>;  // encoded; all zero is the identity

constexpr std::uint8_t kSchnorrkelMark = 0x80;  // in byte 63: tells the signature from an ed25519 one

Scalar reduce(const SecretBytes<64>& wide) {
  Scalar out;
  crypto_core_ristretto255_scalar_reduce(out.data(), wide.data());
  return out;
}

bool is_canonical(const Scalar& scalar) {
  SecretBytes<64> wide;
  std::copy_n(scalar.data(), 32, wide.data());
  return sodium_memcmp(reduce(wide).data(), scalar.data(), 32) == 0;
}

// libsodium answers -1 for an identity result, which has the encoding of zeros that `out` then holds.
Point times_base(const Scalar& scalar) {
  Point out{};
  if (crypto_scalarmult_ristretto255_base(out.data(), scalar.data()) != 0) out = {};
  return out;
}
Point times(const Scalar& scalar, const Point& point) {
  Point out{};
  if (crypto_scalarmult_ristretto255(out.data(), scalar.data(), point.data()) != 0) out = {};
  return out;
}

Transcript signing_transcript(ByteView message) {
  Transcript out("SigningContext");
  out.append("", view_of("substrate"));
  out.append("sign-bytes", message);
  return out;
}

// The Schnorr challenge: what binds a signature to its message, key and commitment R.
Scalar schnorr_challenge(Transcript& transcript, const Point& commitment) {
  transcript.append("sign:R", commitment);
  SecretBytes<64> wide;
  transcript.challenge("sign:c", wide.span());
  return reduce(wide);
}

void append_protocol_and_key(Transcript& transcript, const AccountId& account) {
  transcript.append("proto-name", view_of("Schnorr-sig"));
  transcript.append("sign:pk", account.get());
}

}  // namespace

Sr25519Secret sr25519_expand(const MiniSecret& mini) {
  SecretBytes<64> hash;
  crypto_hash_sha512(hash.data(), mini.data(), 32);
  Sr25519Secret out;
  std::copy_n(hash.data(), 32, out.scalar.data());
  std::copy_n(hash.data() + 32, 32, out.nonce.data());
  std::uint8_t* key = out.scalar.data();
  key[0] &= 248;
  key[31] &= 63;
  key[31] |= 64;
  for (std::size_t i = 0; i < 32; ++i) {  // a shift right by three of the whole little-endian number
    const unsigned next = i + 1 < 32 ? key[i + 1] : 0;
    key[i] = static_cast<std::uint8_t>(key[i] >> 3 | next << 5);
  }
  return out;
}

Result<Sr25519Secret> sr25519_import(std::span<const std::uint8_t, 64> canonical) {
  Sr25519Secret out;
  std::copy_n(canonical.begin(), 32, out.scalar.data());
  std::copy_n(canonical.begin() + 32, 32, out.nonce.data());
  if (sodium_is_zero(out.scalar.data(), 32) || !is_canonical(out.scalar)) {
    return fail(Fault::kCorrupt,
                "the sr25519 secret key is not in the canonical form (scalar below the group order)",
                "a key exported by polkadot-js has another form: use its seed or mnemonic");
  }
  return out;
}

AccountId sr25519_public(const Sr25519Secret& secret) { return AccountId(times_base(secret.scalar)); }

std::array<std::uint8_t, 64> sr25519_sign(const Sr25519Secret& secret, const AccountId& account,
                                          ByteView message) {
  Transcript transcript = signing_transcript(message);
  append_protocol_and_key(transcript, account);
  SecretBytes<64> wide;
  transcript.witness("signing", secret.nonce.view(), wide.span());
  const Scalar nonce = reduce(wide);
  const Point commitment = times_base(nonce);
  const Scalar challenge = schnorr_challenge(transcript, commitment);
  Scalar product;
  crypto_core_ristretto255_scalar_mul(product.data(), challenge.data(), secret.scalar.data());
  std::array<std::uint8_t, 64> out{};
  std::copy(commitment.begin(), commitment.end(), out.begin());
  crypto_core_ristretto255_scalar_add(out.data() + 32, product.data(), nonce.data());
  out[63] |= kSchnorrkelMark;
  return out;
}

bool sr25519_verify(const AccountId& account, ByteView message, std::span<const std::uint8_t, 64> signature) {
  const Point& key = account.get();
  if (sodium_is_zero(key.data(), key.size()) || !crypto_core_ristretto255_is_valid_point(key.data()))
    return false;
  if ((signature[63] & kSchnorrkelMark) == 0) return false;
  Point commitment{};
  Scalar response;
  std::copy_n(signature.begin(), 32, commitment.begin());
  std::copy_n(signature.begin() + 32, 32, response.data());
  response.data()[31] &= static_cast<std::uint8_t>(~kSchnorrkelMark);
  if (!is_canonical(response)) return false;
  Transcript transcript = signing_transcript(message);
  append_protocol_and_key(transcript, account);
  const Scalar challenge = schnorr_challenge(transcript, commitment);
  // R = s B - c A. Encodings are unique, so an R in another form than the canonical one does not compare
  // equal.
  Point expected{};
  if (crypto_core_ristretto255_sub(expected.data(), times_base(response).data(),
                                   times(challenge, key).data()) != 0) {
    return false;
  }
  return expected == commitment;
}

}  // namespace reconcile::chain
