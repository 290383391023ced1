#include "reconciler/chain/keys/keypair.h"

#include <algorithm>

#include <sodium.h>

#include "reconciler/chain/hashing.h"
#include "reconciler/chain/keys/junctions.h"
#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

SecretBytes<64> joined(const Sr25519Secret& secret) {
  SecretBytes<64> out;
  std::copy_n(secret.scalar.data(), 32, out.data());
  std::copy_n(secret.nonce.data(), 32, out.data() + 32);
  return out;
}

SecretBytes<64> ed25519_secret(const std::uint8_t* seed) {
  SecretBytes<64> out;
  std::array<std::uint8_t, 32> account{};
  crypto_sign_seed_keypair(account.data(), out.data(), seed);
  return out;
}

// sp_core::ed25519: BLAKE2b-256 of SCALE("Ed25519HDKD", seed, chain code).
MiniSecret ed25519_derive_hard(const std::uint8_t* seed, const ChainCode& chain_code) {
  constexpr std::string_view kLabel = "Ed25519HDKD";
  constexpr std::size_t kSize = 1 + kLabel.size() + 64;
  SecretBytes<kSize> input;
  input.data()[0] = static_cast<std::uint8_t>(kLabel.size() << 2);  // a compact of one byte
  std::copy(kLabel.begin(), kLabel.end(), input.data() + 1);
  std::copy_n(seed, 32, input.data() + 1 + kLabel.size());
  std::copy(chain_code.begin(), chain_code.end(), input.data() + 1 + kLabel.size() + 32);
  auto digest = blake2_256(input.view());
  MiniSecret out;
  std::copy(digest.begin(), digest.end(), out.data());
  wipe(digest);
  return out;
}

}  // namespace

Keypair::Keypair(CryptoType type, const SecretBytes<64>& secret) : type_(type), secret_(secret) {
  if (type == CryptoType::kSr25519) {
    account_ = sr25519_public(sr25519());
  } else {
    std::array<std::uint8_t, 32> account{};
    std::copy_n(secret_.data() + 32, 32, account.begin());
    account_ = AccountId(account);
  }
}

Keypair Keypair::from_mini_secret(CryptoType type, const MiniSecret& mini) {
  if (type == CryptoType::kSr25519) return Keypair(type, joined(sr25519_expand(mini)));
  return Keypair(type, ed25519_secret(mini.data()));
}

Result<Keypair> Keypair::from_secret_key(CryptoType type, std::span<const std::uint8_t, 64> secret) {
  if (type == CryptoType::kSr25519) {
    TRY_ASSIGN(const Sr25519Secret imported, sr25519_import(secret));
    return Keypair(type, joined(imported));
  }
  const SecretBytes<64> out = ed25519_secret(secret.data());
  if (sodium_memcmp(out.data(), secret.data(), 64) != 0) {
    return fail(Fault::kCorrupt, "the ed25519 secret key is not seed || public key",
                "use its seed or mnemonic");
  }
  return Keypair(type, out);
}

Result<Keypair> Keypair::derive(std::string_view path) const {
  TRY_ASSIGN(const std::vector<Junction> junctions, parse_junctions(path));
  Keypair key = *this;
  for (const Junction& junction : junctions) {
    if (type_ == CryptoType::kEd25519) {
      if (!junction.hard) {
        return fail(Fault::kInvalidInput, "ed25519 keys have no soft derivation",
                    "use // in front of each junction");
      }
      key = from_mini_secret(type_, ed25519_derive_hard(key.secret_.data(), junction.chain_code));
    } else if (junction.hard) {
      key = from_mini_secret(type_, sr25519_derive_hard(key.sr25519(), junction.chain_code));
    } else {
      key = Keypair(type_, joined(sr25519_derive_soft(key.sr25519(), junction.chain_code)));
    }
  }
  return key;
}

Signature Keypair::sign(ByteView message) const {
  Signature out{.type = type_};
  if (type_ == CryptoType::kSr25519) {
    out.bytes = sr25519_sign(sr25519(), account_, message);
  } else {
    crypto_sign_detached(out.bytes.data(), nullptr, message.data(), message.size(), secret_.data());
  }
  return out;
}

Sr25519Secret Keypair::sr25519() const {
  Sr25519Secret out;
  std::copy_n(secret_.data(), 32, out.scalar.data());
  std::copy_n(secret_.data() + 32, 32, out.nonce.data());
  return out;
}

bool verify(const AccountId& account, ByteView message, const Signature& signature) {
  if (signature.type == CryptoType::kSr25519) return sr25519_verify(account, message, signature.bytes);
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     account.get().data()) == 0;
}

}  // namespace reconcile::chain
