// The portable type registry: scale-info 2, as metadata V14 carries it.
#include <string>

#include "reconciler/chain/metadata/decode.h"

namespace reconcile::chain {
namespace {

tl::unexpected<Error> corrupt(std::string what) {
  return fail(Fault::kCorrupt, "type registry: " + std::move(what),
              "ask again for metadata, or ask another node");
}

// Field { name: Option<str>, type: compact, type_name: Option<str>, docs: Vec<str> }
Result<std::vector<TypeField>> decode_fields(MetadataReader& reader) {
  TRY_ASSIGN(const std::size_t count, reader.count(4));
  std::vector<TypeField> fields(count);
  for (TypeField& field : fields) {
    TRY_ASSIGN(const bool named, reader.option());
    if (named) {
      TRY_ASSIGN(field.name, reader.in.text());
    }
    TRY_ASSIGN(field.type, reader.in.compact_u32());
    TRY_ASSIGN(const bool has_type_name, reader.option());
    if (has_type_name) TRY(reader.in.text());
    TRY(reader.skip_texts());
  }
  return fields;
}

// Variant { name: str, fields: Vec<Field>, index: u8, docs: Vec<str> }
Result<VariantType> decode_variant(MetadataReader& reader) {
  TRY_ASSIGN(const std::size_t count, reader.count(4));
  if (count > 256) return corrupt("an enum of " + std::to_string(count) + " variants, its index is one byte");
  VariantType out;
  out.cases.resize(count);
  for (VariantCase& one : out.cases) {
    TRY_ASSIGN(one.name, reader.in.text());
    TRY_ASSIGN(one.fields, decode_fields(reader));
    TRY_ASSIGN(one.index, reader.in.u8());
    TRY_ASSIGN(one.docs, reader.texts());
  }
  return out;
}

Result<TupleType> decode_tuple(MetadataReader& reader) {
  TRY_ASSIGN(const std::size_t count, reader.count(1));
  TupleType out;
  out.items.resize(count);
  for (TypeId& item : out.items) {
    TRY_ASSIGN(item, reader.in.compact_u32());
  }
  return out;
}

Result<void> decode_shape(MetadataReader& reader, Type& type) {
  Reader& in = reader.in;
  TRY_ASSIGN(const std::uint8_t kind, in.u8());
  switch (kind) {
    case 0: {
      TRY_ASSIGN(std::vector<TypeField> fields, decode_fields(reader));
      type.shape = CompositeType{std::move(fields)};
      return {};
    }
    case 1: {
      TRY_ASSIGN(type.shape, decode_variant(reader));
      return {};
    }
    case 2: {
      TRY_ASSIGN(const TypeId item, in.compact_u32());
      type.shape = SequenceType{item};
      return {};
    }
    case 3: {
      TRY_ASSIGN(const std::uint32_t length, in.u32());
      TRY_ASSIGN(const TypeId item, in.compact_u32());
      type.shape = ArrayType{length, item};
      return {};
    }
    case 4: {
      TRY_ASSIGN(type.shape, decode_tuple(reader));
      return {};
    }
    case 5: {
      TRY_ASSIGN(const std::uint8_t primitive, in.u8());
      if (primitive > static_cast<std::uint8_t>(Primitive::kI256)) {
        return corrupt("primitive number " + std::to_string(primitive) + " is not known");
      }
      type.shape = static_cast<Primitive>(primitive);
      return {};
    }
    case 6: {
      TRY_ASSIGN(const TypeId inner, in.compact_u32());
      type.shape = CompactType{inner};
      return {};
    }
    case 7: {
      TRY_ASSIGN(const TypeId store, in.compact_u32());
      TRY_ASSIGN(const TypeId order, in.compact_u32());
      type.shape = BitSequenceType{store, order};
      return {};
    }
    default:
      return corrupt("type kind " + std::to_string(kind) + " is not known");
  }
}

// Type { path: Vec<str>, parameters: Vec<{ name: str, type: Option<compact> }>, def, docs: Vec<str> }
Result<Type> decode_type(MetadataReader& reader) {
  Type type;
  TRY_ASSIGN(type.path, reader.texts());
  TRY_ASSIGN(const std::size_t parameters, reader.count(2));
  type.parameters.resize(parameters);
  for (TypeParameter& parameter : type.parameters) {
    TRY_ASSIGN(parameter.name, reader.in.text());
    TRY_ASSIGN(const bool known, reader.option());
    if (known) {
      TRY_ASSIGN(parameter.type, reader.in.compact_u32());
    }
  }
  TRY(decode_shape(reader, type));
  TRY(reader.skip_texts());
  return type;
}

}  // namespace

Result<std::vector<Type>> decode_types(MetadataReader& reader) {
  TRY_ASSIGN(const std::size_t count, reader.count(5));
  std::vector<Type> types;
  types.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    TRY_ASSIGN(const std::uint32_t id, reader.in.compact_u32());
    if (id != i) return corrupt("type " + std::to_string(i) + " calls itself " + std::to_string(id));
    TRY_ASSIGN(Type type, decode_type(reader));
    types.push_back(std::move(type));
  }
  return types;
}

}  // namespace reconcile::chain
