#include "reconciler/chain/keys/mnemonic.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <sodium.h>

namespace reconcile::chain {
namespace {

constexpr std::array<std::string_view, 2048> kWords = {
#include "reconciler/chain/keys/bip39_english.inc"
};
constexpr std::size_t kBitsPerWord = 11;
constexpr std::size_t kEntropyBytesMax = 32;  // 24 words
constexpr int kRounds = 2048;                 // BIP39, "From mnemonic to seed"

tl::unexpected<Error> refuse(const std::string& what) {
  return fail(Fault::kInvalidInput, "recovery phrase: " + what,
              "compare it with the words as they were written down, in their order");
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  constexpr std::string_view kBlank = " \t\r\n";
  for (std::size_t at = text.find_first_not_of(kBlank); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlank, at), text.size());
    out.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlank, end);
  }
  return out;
}

struct Entropy {
  SecretBytes<kEntropyBytesMax> bytes;
  std::size_t size = 0;
};

// Eleven bits a word, most significant first: the entropy, then one bit of its SHA-256 for each of its 32
// bits.
Result<Entropy> entropy_of(const std::vector<std::string_view>& words) {
  if (words.size() < 12 || words.size() > 24 || words.size() % 3 != 0) {
    return refuse(std::to_string(words.size()) + " words, not 12, 15, 18, 21 or 24");
  }
  SecretBytes<kEntropyBytesMax + 1> bits;
  std::size_t filled = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto it = std::lower_bound(kWords.begin(), kWords.end(), words[i]);
    if (it == kWords.end() || *it != words[i]) {
      return refuse("word " + std::to_string(i + 1) + " is not in the English BIP39 list");
    }
    const auto number = static_cast<unsigned>(it - kWords.begin());
    for (std::size_t bit = kBitsPerWord; bit-- > 0; ++filled) {
      bits.data()[filled / 8] |= static_cast<std::uint8_t>((number >> bit & 1u) << (7 - filled % 8));
    }
  }
  Entropy out;
  out.size = words.size() * kBitsPerWord / 33 * 4;
  std::copy_n(bits.data(), out.size, out.bytes.data());
  SecretBytes<32> digest;
  crypto_hash_sha256(digest.data(), out.bytes.data(), out.size);
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - out.size / 4));
  if (((digest.data()[0] ^ bits.data()[out.size]) & mask) != 0) {
    return refuse("its checksum does not match: a word is wrong or the order is");
  }
  return out;
}

// RFC 8018 PBKDF2 with HMAC-SHA-512, for the one 64-byte block that is asked for.
void pbkdf2_block(const Entropy& key, std::string_view salt_password, SecretBytes<64>& out) {
  crypto_auth_hmacsha512_state keyed, running;
  crypto_auth_hmacsha512_init(&keyed, key.bytes.data(), key.size);
  SecretBytes<64> block;
  constexpr std::array<std::uint8_t, 4> kBlockOne = {0, 0, 0, 1};
  running = keyed;
  crypto_auth_hmacsha512_update(&running, view_of("mnemonic").data(), 8);
  crypto_auth_hmacsha512_update(&running, view_of(salt_password).data(), salt_password.size());
  crypto_auth_hmacsha512_update(&running, kBlockOne.data(), kBlockOne.size());
  crypto_auth_hmacsha512_final(&running, block.data());
  out = block;
  for (int round = 1; round < kRounds; ++round) {
    running = keyed;
    crypto_auth_hmacsha512_update(&running, block.data(), 64);
    crypto_auth_hmacsha512_final(&running, block.data());
    for (std::size_t i = 0; i < 64; ++i) out.data()[i] ^= block.data()[i];
  }
  sodium_memzero(&keyed, sizeof keyed);
  sodium_memzero(&running, sizeof running);
}

}  // namespace

Result<MiniSecret> mini_secret_of_mnemonic(const Secret& phrase, const Secret& password) {
  TRY_ASSIGN(const Entropy entropy, entropy_of(split(phrase.expose())));
  SecretBytes<64> seed;
  pbkdf2_block(entropy, password.expose(), seed);
  MiniSecret out;
  std::copy_n(seed.data(), 32, out.data());
  return out;
}

}  // namespace reconcile::chain
