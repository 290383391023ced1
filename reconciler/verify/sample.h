#pragma once
// Which objects are looked at: the same for everybody who knows the keys and the seed. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/model/index.h"

namespace reconcile::verify {

/// The hash of a finalized block: nobody could choose it before, and everybody can look it up.
using BlockSeed = Strong<struct BlockSeedTag, std::array<std::uint8_t, 32>>;

/// `0x` and 64 hex digits.
std::string print_seed(const BlockSeed& seed);
/// The inverse, `0x` optional; kInvalidInput otherwise.
Result<BlockSeed> parse_seed(std::string_view text);

struct Sampling {
  enum class Kind {
    kSample,  ///< the `count` objects with the smallest SHA-256(seed bytes, then the key's bytes)
    kAll,
    kSubset,  ///< those whose SHA-256(key), its first 8 bytes big-endian, leaves `part` - 1 modulo `parts`
  };
  Kind kind = Kind::kSample;
  std::size_t count = 10;
  std::uint64_t part = 1, parts = 1;  ///< 1 <= part <= parts
};

/// `1/30`. kInvalidInput unless 1 <= part <= parts <= 1,000,000.
Result<Sampling> parse_subset(std::string_view text);

/// Positions in `objects`, ascending. What a subset chooses does not depend on the other objects.
std::vector<std::size_t> choose(const std::vector<IndexEntry>& objects, const Sampling& sampling,
                                const BlockSeed& seed);

/// "10 objects, by block 0x…", "all objects", "part 1 of 30".
std::string describe(const Sampling& sampling, const BlockSeed& seed);

}  // namespace reconcile::verify
