#include "reconciler/chain/hashing.h"

#include <sodium.h>
#include <xxhash.h>

namespace reconcile::chain {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> twox(ByteView bytes) {
  std::array<std::uint8_t, N> out{};
  for (std::size_t word = 0; word < N / 8; ++word) {
    const std::uint64_t digest = XXH64(bytes.data(), bytes.size(), word);
    for (std::size_t i = 0; i < 8; ++i) out[word * 8 + i] = static_cast<std::uint8_t>(digest >> (8 * i));
  }
  return out;
}

template <std::size_t N>
std::array<std::uint8_t, N> blake2(ByteView bytes) {
  std::array<std::uint8_t, N> out{};
  crypto_generichash(out.data(), N, bytes.data(), bytes.size(), nullptr, 0);
  return out;
}

}  // namespace

std::array<std::uint8_t, 8> twox_64(ByteView bytes) { return twox<8>(bytes); }
std::array<std::uint8_t, 16> twox_128(ByteView bytes) { return twox<16>(bytes); }
std::array<std::uint8_t, 32> twox_256(ByteView bytes) { return twox<32>(bytes); }

std::array<std::uint8_t, 16> blake2_128(ByteView bytes) { return blake2<16>(bytes); }
std::array<std::uint8_t, 32> blake2_256(ByteView bytes) { return blake2<32>(bytes); }
std::array<std::uint8_t, 64> blake2_512(ByteView bytes) { return blake2<64>(bytes); }

}  // namespace reconcile::chain
