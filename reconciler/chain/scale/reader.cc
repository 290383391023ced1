#include "reconciler/chain/scale/reader.h"

#include <limits>
#include <string>

namespace reconcile::chain {

Result<bool> Reader::boolean() {
  if (remaining() == 0) return corrupt("a boolean is missing");
  if (bytes_[position_] > 1) return corrupt("neither 0 nor 1 where a boolean belongs");
  return bytes_[position_++] == 1;
}

Result<ByteView> Reader::bytes(std::size_t size) {
  if (size > remaining()) {
    return corrupt(std::to_string(size) + " bytes are needed, " + std::to_string(remaining()) + " are left");
  }
  const ByteView out = bytes_.subspan(position_, size);
  position_ += size;
  return out;
}

Result<ByteVector> Reader::compact_wide() {
  if (remaining() == 0) return corrupt("a compact integer is missing");
  const std::uint8_t first = bytes_[position_];
  // The low two bits choose 1, 2, 4 bytes (value in the upper bits) or, for 3, 4 + (first >> 2) bytes that
  // follow.
  if ((first & 3) == 3) {
    const std::size_t size = 4u + (first >> 2);
    if (size + 1 > remaining()) return corrupt("a compact integer is cut short");
    const ByteView raw = bytes_.subspan(position_ + 1, size);
    const bool shortest = raw.back() != 0 && (size > 4 || raw.back() >= 0x40);
    if (!shortest) return corrupt("a compact integer is longer than its value needs");
    position_ += size + 1;
    return ByteVector(raw.begin(), raw.end());
  }
  const std::size_t size = std::size_t{1} << (first & 3);
  if (size > remaining()) return corrupt("a compact integer is cut short");
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | bytes_[position_ + i];
  value >>= 2;
  if ((size == 2 && value < 1u << 6) || (size == 4 && value < 1u << 14)) {
    return corrupt("a compact integer is longer than its value needs");
  }
  position_ += size;
  ByteVector out{static_cast<std::uint8_t>(value)};
  while ((value >>= 8) != 0) out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

Result<std::uint64_t> Reader::compact() {
  // The common case first: metadata is made of tens of thousands of small compacts.
  if (remaining() > 0 && (bytes_[position_] & 3) == 0) return std::uint64_t{bytes_[position_++]} >> 2;
  const std::size_t start = position_;
  TRY_ASSIGN(const ByteVector raw, compact_wide());
  if (raw.size() > 8) {
    position_ = start;
    return corrupt("a compact integer is wider than 64 bits");
  }
  std::uint64_t value = 0;
  for (std::size_t i = raw.size(); i-- > 0;) value = value << 8 | raw[i];
  return value;
}

Result<std::uint32_t> Reader::compact_u32() {
  const std::size_t start = position_;
  TRY_ASSIGN(const std::uint64_t value, compact());
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    position_ = start;
    return corrupt("a compact integer is wider than 32 bits");
  }
  return static_cast<std::uint32_t>(value);
}

Result<std::size_t> Reader::count(std::size_t item_bytes_min) {
  const std::size_t start = position_;
  TRY_ASSIGN(const std::uint64_t items, compact());
  if (items > remaining() / item_bytes_min) {
    position_ = start;
    return corrupt(std::to_string(items) + " items are announced, more than the remaining bytes can hold");
  }
  return static_cast<std::size_t>(items);
}

Result<ByteView> Reader::byte_string() {
  const std::size_t start = position_;
  TRY_ASSIGN(const std::size_t size, count());
  auto out = bytes(size);
  if (!out) position_ = start;
  return out;
}

Result<std::string_view> Reader::text() {
  TRY_ASSIGN(const ByteView raw, byte_string());
  return text_of(raw);
}

Result<void> Reader::end() const {
  if (remaining() != 0) return corrupt(std::to_string(remaining()) + " bytes too many");
  return {};
}

tl::unexpected<Error> Reader::corrupt(const std::string& what) const {
  return fail(Fault::kCorrupt, "SCALE bytes, offset " + std::to_string(position_) + ": " + what,
              "the bytes are cut short or are not what was asked for: ask again, or ask another node");
}

}  // namespace reconcile::chain
