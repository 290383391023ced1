#pragma once
// Is a stream of bytes well-formed UTF-8?

#include <cstdint>

#include "reconciler/base/bytes.h"

namespace reconcile::buffer {

/// Fed in pieces of any size. Overlong forms, surrogates and values above U+10FFFF are refused (Unicode 15,
/// table 3-7).
class Utf8Check {
 public:
  /// False at the first wrong byte; `position` then tells where.
  bool update(ByteView bytes);
  /// False when the stream ends inside a character.
  bool finish() const { return pending_ == 0; }
  /// Bytes seen, up to the wrong one.
  std::uint64_t position() const { return position_; }

 private:
  std::uint64_t position_ = 0;
  int pending_ = 0;                        // continuation bytes still to come
  std::uint8_t low_ = 0x80, high_ = 0xbf;  // what the next one may be
};

}  // namespace reconcile::buffer
