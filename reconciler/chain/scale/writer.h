#pragma once
// SCALE, writing: the inverse of reader.h.

#include <cstdint>
#include <utility>

#include "reconciler/base/bytes.h"

namespace reconcile::chain {

/// Appends values, little-endian, compact integers in their shortest form.
class Writer {
 public:
  Writer& u8(std::uint8_t value) { return little_endian(value, 1); }
  Writer& u16(std::uint16_t value) { return little_endian(value, 2); }
  Writer& u32(std::uint32_t value) { return little_endian(value, 4); }
  Writer& u64(std::uint64_t value) { return little_endian(value, 8); }
  Writer& compact(std::uint64_t value);
  /// The bytes alone.
  Writer& bytes(ByteView value);
  /// A compact length, then the bytes.
  Writer& byte_string(ByteView value) { return compact(value.size()).bytes(value); }

  const ByteVector& view() const { return out_; }
  ByteVector take() { return std::move(out_); }

 private:
  Writer& little_endian(std::uint64_t value, int size);
  ByteVector out_;
};

}  // namespace reconcile::chain
