#include "reconciler/chain/sr25519/keccak.h"

#include <bit>
#include <cstddef>

namespace reconcile::chain {
namespace {

// FIPS 202, section 3.2.5: the constants of iota, one a round.
constexpr std::array<std::uint64_t, 24> kIota = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

using Lanes = std::array<std::uint64_t, 25>;

void theta(Lanes& a) {
  std::array<std::uint64_t, 5> c{};
  for (std::size_t x = 0; x < 5; ++x) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
  for (std::size_t x = 0; x < 5; ++x) {
    const std::uint64_t d = c[(x + 4) % 5] ^ std::rotl(c[(x + 1) % 5], 1);
    for (std::size_t y = 0; y < 25; y += 5) a[x + y] ^= d;
  }
}

// rho turns each lane, pi moves it: both follow the walk (x, y) -> (y, 2x + 3y) from (1, 0), the t-th lane of
// which turns by the t-th triangular number.
void rho_pi(Lanes& a) {
  std::size_t x = 1, y = 0;
  std::uint64_t carried = a[1];
  for (int t = 0; t < 24; ++t) {
    const std::size_t next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    const std::uint64_t turned = std::rotl(carried, (t + 1) * (t + 2) / 2 % 64);
    carried = a[x + 5 * y];
    a[x + 5 * y] = turned;
  }
}

void chi(Lanes& a) {
  for (std::size_t y = 0; y < 25; y += 5) {
    const std::array<std::uint64_t, 5> row = {a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
}

}  // namespace

void keccak_f1600(Lanes& state) {
  for (std::uint64_t constant : kIota) {
    theta(state);
    rho_pi(state);
    chi(state);
    state[0] ^= constant;
  }
}

}  // namespace reconcile::chain
