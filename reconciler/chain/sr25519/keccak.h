#pragma once
// Keccak-f[1600] (FIPS 202, section 3.3), the permutation below STROBE.

#include <array>
#include <cstdint>

namespace reconcile::chain {

/// 25 lanes, lane (x, y) at x + 5y. No branch or index depends on the state's contents.
void keccak_f1600(std::array<std::uint64_t, 25>& state);

}  // namespace reconcile::chain
