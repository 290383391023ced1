#pragma once
// SCALE, reading: https://docs.substrate.io/reference/scale-codec/ . Integers are little-endian.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"

namespace reconcile::chain {

/// Reads values off the front of bytes that it does not own. Every failure is kCorrupt, names the byte offset
/// and leaves the reader where it was. Views handed out live as long as the bytes read.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }

  Result<std::uint8_t> u8() { return little_endian<std::uint8_t>(); }
  Result<std::uint16_t> u16() { return little_endian<std::uint16_t>(); }
  Result<std::uint32_t> u32() { return little_endian<std::uint32_t>(); }
  Result<std::uint64_t> u64() { return little_endian<std::uint64_t>(); }
  /// 0x00 or 0x01 only.
  Result<bool> boolean();
  /// Exactly `size` bytes.
  Result<ByteView> bytes(std::size_t size);
  template <std::size_t N>
  Result<std::array<std::uint8_t, N>> array();

  /// A compact integer up to 2^64-1, in its shortest form only.
  Result<std::uint64_t> compact();
  Result<std::uint32_t> compact_u32();
  /// The same without the limit on width (2^536-1): the value's bytes, little-endian, at least one, none in
  /// excess.
  Result<ByteVector> compact_wide();

  /// A compact number of items that follow, each at least `item_bytes_min` (>= 1) long: more than the
  /// remaining bytes could hold is refused before anything is allocated.
  Result<std::size_t> count(std::size_t item_bytes_min = 1);
  /// A compact length and so many bytes.
  Result<ByteView> byte_string();
  /// The same, seen as text. UTF-8 is not checked.
  Result<std::string_view> text();

  /// Nothing may be left.
  Result<void> end() const;

 private:
  template <class Integer>
  Result<Integer> little_endian();
  tl::unexpected<Error> corrupt(const std::string& what) const;

  ByteView bytes_;
  std::size_t position_ = 0;
};

template <class Integer>
Result<Integer> Reader::little_endian() {
  auto raw = bytes(sizeof(Integer));
  if (!raw) return fail(std::move(raw).error());
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(Integer); i-- > 0;) value = value << 8 | (*raw)[i];
  return static_cast<Integer>(value);
}

template <std::size_t N>
Result<std::array<std::uint8_t, N>> Reader::array() {
  auto raw = bytes(N);
  if (!raw) return fail(std::move(raw).error());
  std::array<std::uint8_t, N> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = (*raw)[i];
  return out;
}

}  // namespace reconcile::chain
