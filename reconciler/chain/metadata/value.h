#pragma once
// Any SCALE value, decoded by its type in the metadata into a small tree.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/metadata/metadata.h"
#include "reconciler/chain/scale/reader.h"

namespace reconcile::chain {

struct Value {
  enum class Kind : std::uint8_t {
    kBool,     ///< `integer` 0 or 1
    kInteger,  ///< `integer`; a negative one in two's complement
    kWide,     ///< an integer over 64 bits: `bytes`, little-endian
    kText,     ///< `name`
    kBytes,    ///< [u8; N] or Vec<u8>: `bytes`
    kBits,     ///< a bit sequence: `integer` bits, packed in `bytes`
    kGroup,    ///< struct, tuple, array or list: `items`
    kVariant,  ///< enum: `name`, `integer` its index, `items` its fields
  };
  Kind kind = Kind::kGroup;
  std::uint64_t integer = 0;
  std::string label;  ///< the name its parent gives it; empty when it gives none
  std::string name;
  ByteVector bytes;
  std::vector<Value> items;
  std::size_t begin = 0, end = 0;  ///< where it stood in the decoded bytes

  /// The item labelled so, or nullptr.
  const Value* find(std::string_view label) const;
  /// This value with wrappers of a single item taken off: AccountId32([u8; 32]) -> the bytes.
  const Value& inner() const;
};

/// What one value may cost: a hostile type or length ends in an error, not in an empty machine. Depth: 64.
struct ValueBudget {
  std::size_t nodes_left = 20'000;
};

/// Takes one value of type `id` (of this metadata) off the reader. kCorrupt when the bytes do not fit the
/// type or the budget is spent; the reader is then somewhere inside.
Result<Value> decode_value(const Metadata& metadata, TypeId id, Reader& in, ValueBudget& budget);

/// The whole of `bytes` is one value of type `id`.
Result<Value> decode_whole(const Metadata& metadata, TypeId id, ByteView bytes);

}  // namespace reconcile::chain
