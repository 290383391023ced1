#include <algorithm>

#include "reconciler/chain/metadata/value.h"

namespace reconcile::chain {
namespace {

constexpr int kDepthMax = 64;  // genuine runtimes stay below 20

tl::unexpected<Error> corrupt(const Reader& in, const std::string& what) {
  return fail(
      Fault::kCorrupt, "value at offset " + std::to_string(in.position()) + ": " + what,
      "the bytes are not of the type that the metadata says: fetch metadata and value at the same block");
}

class Decoder {
 public:
  Decoder(const Metadata& metadata, Reader& in, ValueBudget& budget)
      : metadata_(metadata), in_(in), budget_(budget) {}

  Result<Value> decode(TypeId id, int depth) {
    if (depth > kDepthMax) return corrupt(in_, "types nested deeper than 64, or a type that contains itself");
    if (budget_.nodes_left == 0) return corrupt(in_, "more parts than a value may have");
    --budget_.nodes_left;
    Value out;
    out.begin = in_.position();
    TRY(std::visit([&](const auto& shape) { return fill(out, shape, depth + 1); }, metadata_.type(id).shape));
    out.end = in_.position();
    return out;
  }

 private:
  Result<void> fill(Value& out, const CompositeType& type, int depth) {
    return fill_fields(out, type.fields, depth);
  }

  Result<void> fill(Value& out, const VariantType& type, int depth) {
    TRY_ASSIGN(const std::uint8_t index, in_.u8());
    auto it = std::find_if(type.cases.begin(), type.cases.end(),
                           [index](const VariantCase& one) { return one.index == index; });
    if (it == type.cases.end())
      return corrupt(in_, "variant " + std::to_string(index) + " is not in the metadata");
    out.kind = Value::Kind::kVariant;
    out.integer = index;
    out.name = it->name;
    return fill_fields(out, it->fields, depth);
  }

  Result<void> fill(Value& out, const SequenceType& type, int depth) {
    // The count is not compared with the bytes left: items may be of no size. The budget bounds it.
    TRY_ASSIGN(const std::uint64_t count, in_.compact());
    return fill_items(out, type.item, count, depth);
  }
  Result<void> fill(Value& out, const ArrayType& type, int depth) {
    return fill_items(out, type.item, type.length, depth);
  }

  Result<void> fill(Value& out, const TupleType& type, int depth) {
    for (TypeId item : type.items) {
      TRY_ASSIGN(Value value, decode(item, depth));
      out.items.push_back(std::move(value));
    }
    return {};
  }

  Result<void> fill(Value& out, Primitive type, int) {
    switch (type) {
      case Primitive::kBool: {
        TRY_ASSIGN(const bool value, in_.boolean());
        out.kind = Value::Kind::kBool;
        out.integer = value;
        return {};
      }
      case Primitive::kStr: {
        TRY_ASSIGN(out.name, in_.text());
        out.kind = Value::Kind::kText;
        return {};
      }
      case Primitive::kU8:
        return fill_integer(out, 1, false);
      case Primitive::kU16:
        return fill_integer(out, 2, false);
      case Primitive::kChar:
      case Primitive::kU32:
        return fill_integer(out, 4, false);
      case Primitive::kU64:
        return fill_integer(out, 8, false);
      case Primitive::kI8:
        return fill_integer(out, 1, true);
      case Primitive::kI16:
        return fill_integer(out, 2, true);
      case Primitive::kI32:
        return fill_integer(out, 4, true);
      case Primitive::kI64:
        return fill_integer(out, 8, true);
      case Primitive::kU128:
      case Primitive::kI128:
        return fill_wide(out, 16);
      case Primitive::kU256:
      case Primitive::kI256:
        return fill_wide(out, 32);
    }
    return corrupt(in_, "an unknown primitive");
  }

  // Compact<T> of an unsigned integer, of a wrapper around one, or of ().
  Result<void> fill(Value& out, const CompactType& type, int) {
    if (metadata_.is_zero_sized(type.type)) return {};
    TRY_ASSIGN(const ByteVector raw, in_.compact_wide());
    if (raw.size() > 16) return corrupt(in_, "a compact integer is wider than 128 bits");
    if (raw.size() > 8) {
      out.kind = Value::Kind::kWide;
      out.bytes = raw;
      return {};
    }
    out.kind = Value::Kind::kInteger;
    for (std::size_t i = raw.size(); i-- > 0;) out.integer = out.integer << 8 | raw[i];
    return {};
  }

  // A count of bits, then whole stores of u8 (what Substrate's runtimes use; a wider store packs alike).
  Result<void> fill(Value& out, const BitSequenceType& type, int) {
    const auto* store = std::get_if<Primitive>(&metadata_.type(type.store).shape);
    std::uint64_t store_bits = 0;
    if (store && *store == Primitive::kU8) store_bits = 8;
    if (store && *store == Primitive::kU16) store_bits = 16;
    if (store && *store == Primitive::kU32) store_bits = 32;
    if (store && *store == Primitive::kU64) store_bits = 64;
    if (store_bits == 0) return corrupt(in_, "a bit sequence of an unknown store");
    TRY_ASSIGN(const std::uint64_t bits, in_.compact());
    if (bits / 8 > in_.remaining()) return corrupt(in_, "a bit sequence longer than the bytes left");
    TRY_ASSIGN(const ByteView raw, in_.bytes((bits + store_bits - 1) / store_bits * (store_bits / 8)));
    out.kind = Value::Kind::kBits;
    out.integer = bits;
    out.bytes.assign(raw.begin(), raw.end());
    return {};
  }

  Result<void> fill_fields(Value& out, const std::vector<TypeField>& fields, int depth) {
    for (const TypeField& field : fields) {
      TRY_ASSIGN(Value value, decode(field.type, depth));
      value.label = field.name;
      out.items.push_back(std::move(value));
    }
    return {};
  }

  Result<void> fill_items(Value& out, TypeId item, std::uint64_t count, int depth) {
    const auto* primitive = std::get_if<Primitive>(&metadata_.type(item).shape);
    if (primitive && *primitive == Primitive::kU8) {
      TRY_ASSIGN(const ByteView raw, in_.bytes(count));
      out.kind = Value::Kind::kBytes;
      out.bytes.assign(raw.begin(), raw.end());
      return {};
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      TRY_ASSIGN(Value value, decode(item, depth));
      out.items.push_back(std::move(value));
    }
    return {};
  }

  Result<void> fill_integer(Value& out, std::size_t size, bool has_sign) {
    TRY_ASSIGN(const ByteView raw, in_.bytes(size));
    const bool negative = has_sign && (raw.back() & 0x80) != 0;
    out.kind = Value::Kind::kInteger;
    out.integer = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = size; i-- > 0;) out.integer = out.integer << 8 | raw[i];
    return {};
  }

  Result<void> fill_wide(Value& out, std::size_t size) {
    TRY_ASSIGN(const ByteView raw, in_.bytes(size));
    out.kind = Value::Kind::kWide;
    out.bytes.assign(raw.begin(), raw.end());
    return {};
  }

  const Metadata& metadata_;
  Reader& in_;
  ValueBudget& budget_;
};

}  // namespace

const Value* Value::find(std::string_view wanted) const {
  for (const Value& item : items) {
    if (item.label == wanted) return &item;
  }
  return nullptr;
}

const Value& Value::inner() const {
  const Value* value = this;
  while (value->kind == Kind::kGroup && value->items.size() == 1) value = &value->items.front();
  return *value;
}

Result<Value> decode_value(const Metadata& metadata, TypeId id, Reader& in, ValueBudget& budget) {
  return Decoder(metadata, in, budget).decode(id, 0);
}

Result<Value> decode_whole(const Metadata& metadata, TypeId id, ByteView bytes) {
  Reader in(bytes);
  ValueBudget budget;
  TRY_ASSIGN(Value value, decode_value(metadata, id, in, budget));
  TRY(in.end());
  return value;
}

}  // namespace reconcile::chain
