#pragma once
// STROBE-128 (strobe.sourceforge.io, v1.0.2), the four operations that Merlin uses.

#include <array>
#include <cstdint>
#include <string_view>

#include "reconciler/base/bytes.h"

namespace reconcile::chain {

/// A duplex over Keccak-f[1600] with rate 166. Wiped when it dies: it may have absorbed secrets. With `more`,
/// an operation continues the one before, which must be of the same kind.
class Strobe {
 public:
  explicit Strobe(std::string_view protocol);
  Strobe(const Strobe&) = default;
  Strobe& operator=(const Strobe&) = default;
  ~Strobe();

  void meta_ad(ByteView bytes, bool more);
  void ad(ByteView bytes);
  /// Overwrites state with the key: what was before cannot be worked out from what comes after.
  void key(ByteView bytes);
  void prf(std::span<std::uint8_t> out);

 private:
  void begin(std::uint8_t flags, bool more);
  void absorb(ByteView bytes);
  void run();
  std::uint8_t get(std::size_t at) const;
  void set(std::size_t at, std::uint8_t byte);

  std::array<std::uint64_t, 25> state_{};
  std::uint8_t position_ = 0;
  std::uint8_t begun_at_ =
      0;  // position after the running operation's first byte; 0: begun in an earlier block
  std::uint8_t flags_ = 0;
};

}  // namespace reconcile::chain
