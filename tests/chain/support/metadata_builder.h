#pragma once
// Writes metadata V14, so that tests can give the reader any runtime, genuine-looking or hostile.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/metadata/types.h"
#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain::testing {

struct FieldSpec {
  std::string name;  // empty: unnamed
  TypeId type = 0;
};
struct CaseSpec {
  std::string name;
  std::uint8_t index = 0;
  std::vector<FieldSpec> fields;
  std::vector<std::string> docs;
};
struct EntrySpec {
  std::string name;
  bool has_default = false;
  std::vector<Hasher> hashers;
  TypeId key = 0, value = 0;
  ByteVector fallback;
};
struct ConstantSpec {
  std::string name;
  TypeId type = 0;
  ByteVector value;
};
struct PalletSpec {
  std::string name;
  std::uint8_t index = 0;
  std::vector<EntrySpec> storage;
  std::optional<TypeId> calls, events, errors;
  std::vector<ConstantSpec> constants;
};
struct ExtensionSpec {
  std::string identifier;
  TypeId explicit_type = 0, implicit_type = 0;
};
using Parameters = std::vector<std::pair<std::string, std::optional<TypeId>>>;

class MetadataBuilder {
 public:
  TypeId primitive(Primitive kind);
  TypeId composite(const std::string& path, const std::vector<FieldSpec>& fields,
                   const Parameters& parameters = {});
  TypeId variant(const std::string& path, const std::vector<CaseSpec>& cases);
  TypeId sequence(TypeId item);
  TypeId array(std::uint32_t length, TypeId item);
  TypeId tuple(const std::vector<TypeId>& items);
  TypeId compact(TypeId of);
  TypeId bits(TypeId store, TypeId order);
  /// The id that the next type will get: for types that contain themselves.
  TypeId next() const { return static_cast<TypeId>(types_.size()); }

  std::vector<PalletSpec> pallets;
  std::vector<ExtensionSpec> extensions;
  TypeId extrinsic_type = 0;
  std::uint8_t extrinsic_version = 4;

  ByteVector build(std::uint8_t version = 14) const;

 private:
  TypeId add(const std::string& path, const Parameters& parameters, const Writer& shape);
  std::vector<ByteVector> types_;
};

}  // namespace reconcile::chain::testing
