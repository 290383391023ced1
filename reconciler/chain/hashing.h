#pragma once
// The hashes of storage keys, addresses and extrinsics.

#include <array>
#include <cstdint>

#include "reconciler/base/bytes.h"

namespace reconcile::chain {

/// N/8 XXH64 digests with seeds 0, 1, ... each little-endian, as Substrate's `sp_core::twox_*`. Not
/// cryptographic.
std::array<std::uint8_t, 8> twox_64(ByteView bytes);
std::array<std::uint8_t, 16> twox_128(ByteView bytes);
std::array<std::uint8_t, 32> twox_256(ByteView bytes);

/// BLAKE2b (RFC 7693), unkeyed, with the digest length as parameter: not a longer digest cut short.
std::array<std::uint8_t, 16> blake2_128(ByteView bytes);
std::array<std::uint8_t, 32> blake2_256(ByteView bytes);
std::array<std::uint8_t, 64> blake2_512(ByteView bytes);

}  // namespace reconcile::chain
