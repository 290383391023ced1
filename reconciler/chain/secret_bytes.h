#pragma once
// libsodium's services that others here share: start-up, randomness, memory that is wiped.

#include <array>
#include <cstdint>
#include <span>

#include "reconciler/base/bytes.h"

namespace reconcile::chain {

/// Once before anything that needs randomness; thread-safe, aborts when the system gives no entropy.
void start_sodium();
void fill_with_random(std::span<std::uint8_t> out);
void wipe(std::span<std::uint8_t> bytes);

/// N bytes that cannot be printed or compared by accident and are wiped when they die.
template <std::size_t N>
class SecretBytes {
 public:
  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  ~SecretBytes() { wipe(bytes_); }

  std::span<std::uint8_t, N> span() { return bytes_; }
  /// The bytes themselves. Every call of this is a place to review.
  std::span<const std::uint8_t, N> view() const { return bytes_; }
  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace reconcile::chain
