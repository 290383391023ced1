#pragma once
// What runtime metadata (V14) says, as values. Every string_view points into the bytes that Metadata keeps.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "reconciler/base/bytes.h"

namespace reconcile::chain {

/// An index into the type registry; every one that Metadata hands out resolves.
using TypeId = std::uint32_t;

struct TypeField {
  std::string_view name;  ///< empty: unnamed
  TypeId type = 0;
};
struct VariantCase {
  std::string_view name;
  std::vector<TypeField> fields;
  std::uint8_t index = 0;              ///< the byte on the wire
  std::vector<std::string_view> docs;  ///< lines
};

enum class Primitive : std::uint8_t {
  kBool,
  kChar,
  kStr,
  kU8,
  kU16,
  kU32,
  kU64,
  kU128,
  kU256,
  kI8,
  kI16,
  kI32,
  kI64,
  kI128,
  kI256,
};

struct CompositeType {
  std::vector<TypeField> fields;
};
struct VariantType {
  std::vector<VariantCase> cases;
};
struct SequenceType {
  TypeId item = 0;
};
struct ArrayType {
  std::uint32_t length = 0;
  TypeId item = 0;
};
struct TupleType {
  std::vector<TypeId> items;
};
struct CompactType {
  TypeId type = 0;
};
struct BitSequenceType {
  TypeId store = 0;
  TypeId order = 0;
};

struct TypeParameter {
  std::string_view name;
  std::optional<TypeId> type;
};
struct Type {
  std::vector<std::string_view>
      path;  ///< `sp_runtime::multiaddress::MultiAddress` in pieces; empty for built-ins
  std::vector<TypeParameter> parameters;
  std::variant<CompositeType, VariantType, SequenceType, ArrayType, TupleType, Primitive, CompactType,
               BitSequenceType>
      shape;
  std::string_view last_path() const { return path.empty() ? std::string_view() : path.back(); }
};

/// How one part of a storage map's key is hashed; "Concat" keeps the part itself behind its hash.
enum class Hasher : std::uint8_t {
  kBlake2_128,
  kBlake2_256,
  kBlake2_128Concat,
  kTwox128,
  kTwox256,
  kTwox64Concat,
  kIdentity,
};

struct StorageEntry {
  std::string_view name;
  bool has_default = false;     ///< absent in storage means `fallback`, not "nothing"
  std::vector<Hasher> hashers;  ///< empty: a plain value
  TypeId key = 0;               ///< of a map; a tuple when there are several hashers
  TypeId value = 0;
  ByteView fallback;
};
struct Constant {
  std::string_view name;
  TypeId type = 0;
  ByteView value;
};
struct Pallet {
  std::string_view name;
  std::uint8_t index = 0;
  std::string_view storage_prefix;
  std::vector<StorageEntry> storage;
  std::vector<Constant> constants;
  std::optional<TypeId> calls, events, errors;
};

/// A transaction extension: `explicit_type` travels in the extrinsic, `implicit_type` is only signed.
struct SignedExtension {
  std::string_view identifier;
  TypeId explicit_type = 0;
  TypeId implicit_type = 0;
};
struct ExtrinsicFormat {
  TypeId type = 0;
  std::uint8_t version = 0;
  std::vector<SignedExtension> extensions;
};

}  // namespace reconcile::chain
