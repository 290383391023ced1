#include "reconciler/chain/secret_bytes.h"

#include <sodium.h>

#include "reconciler/base/invariant.h"

namespace reconcile::chain {

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  INVARIANT(started);
}

void fill_with_random(std::span<std::uint8_t> out) {
  start_sodium();
  randombytes_buf(out.data(), out.size());
}

void wipe(std::span<std::uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace reconcile::chain
