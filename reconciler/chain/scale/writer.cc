#include "reconciler/chain/scale/writer.h"

#include <algorithm>
#include <bit>

namespace reconcile::chain {

Writer& Writer::compact(std::uint64_t value) {
  if (value < 1u << 6) return little_endian(value << 2, 1);
  if (value < 1u << 14) return little_endian(value << 2 | 1, 2);
  if (value < 1u << 30) return little_endian(value << 2 | 2, 4);
  const int size = std::max(4, (static_cast<int>(std::bit_width(value)) + 7) / 8);
  return little_endian(static_cast<std::uint64_t>(size - 4) << 2 | 3, 1).little_endian(value, size);
}

Writer& Writer::bytes(ByteView value) {
  out_.insert(out_.end(), value.begin(), value.end());
  return *this;
}

Writer& Writer::little_endian(std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i, value >>= 8) out_.push_back(static_cast<std::uint8_t>(value));
  return *this;
}

}  // namespace reconcile::chain
