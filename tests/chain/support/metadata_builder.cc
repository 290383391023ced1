#include "tests/chain/support/metadata_builder.h"

namespace reconcile::chain::testing {
namespace {

void text(Writer& out, const std::string& value) { out.byte_string(view_of(value)); }

void texts(Writer& out, const std::vector<std::string>& lines) {
  out.compact(lines.size());
  for (const std::string& line : lines) text(out, line);
}

void fields(Writer& out, const std::vector<FieldSpec>& specs) {
  out.compact(specs.size());
  for (const FieldSpec& field : specs) {
    out.u8(field.name.empty() ? 0 : 1);
    if (!field.name.empty()) text(out, field.name);
    out.compact(field.type);
    out.u8(1);
    text(out, "TypeName");
    texts(out, {"A line about the field."});
  }
}

void optional_type(Writer& out, const std::optional<TypeId>& type) {
  out.u8(type ? 1 : 0);
  if (type) out.compact(*type);
}

void entry(Writer& out, const EntrySpec& spec) {
  text(out, spec.name);
  out.u8(spec.has_default ? 1 : 0);
  out.u8(spec.hashers.empty() ? 0 : 1);
  if (!spec.hashers.empty()) {
    out.compact(spec.hashers.size());
    for (Hasher hasher : spec.hashers) out.u8(static_cast<std::uint8_t>(hasher));
    out.compact(spec.key);
  }
  out.compact(spec.value);
  out.byte_string(spec.fallback);
  texts(out, {"What is stored.", ""});
}

void pallet(Writer& out, const PalletSpec& spec) {
  text(out, spec.name);
  out.u8(spec.storage.empty() ? 0 : 1);
  if (!spec.storage.empty()) {
    text(out, spec.name);
    out.compact(spec.storage.size());
    for (const EntrySpec& one : spec.storage) entry(out, one);
  }
  optional_type(out, spec.calls);
  optional_type(out, spec.events);
  out.compact(spec.constants.size());
  for (const ConstantSpec& constant : spec.constants) {
    text(out, constant.name);
    out.compact(constant.type).byte_string(constant.value);
    texts(out, {});
  }
  optional_type(out, spec.errors);
  out.u8(spec.index);
}

std::vector<std::string> pieces(const std::string& path) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find("::", at), path.size());
    out.push_back(path.substr(at, end - at));
    at = end + 2;
  }
  return out;
}

}  // namespace

TypeId MetadataBuilder::add(const std::string& path, const Parameters& parameters, const Writer& shape) {
  Writer out;
  out.compact(types_.size());
  texts(out, pieces(path));
  out.compact(parameters.size());
  for (const auto& [name, type] : parameters) {
    text(out, name);
    optional_type(out, type);
  }
  out.bytes(shape.view());
  texts(out, {"A type."});
  types_.push_back(out.take());
  return static_cast<TypeId>(types_.size() - 1);
}

TypeId MetadataBuilder::composite(const std::string& path, const std::vector<FieldSpec>& specs,
                                  const Parameters& parameters) {
  Writer shape;
  shape.u8(0);
  fields(shape, specs);
  return add(path, parameters, shape);
}

TypeId MetadataBuilder::variant(const std::string& path, const std::vector<CaseSpec>& cases) {
  Writer shape;
  shape.u8(1).compact(cases.size());
  for (const CaseSpec& one : cases) {
    text(shape, one.name);
    fields(shape, one.fields);
    shape.u8(one.index);
    texts(shape, one.docs);
  }
  return add(path, {}, shape);
}

TypeId MetadataBuilder::sequence(TypeId item) { return add("", {}, Writer().u8(2).compact(item)); }
TypeId MetadataBuilder::array(std::uint32_t length, TypeId item) {
  return add("", {}, Writer().u8(3).u32(length).compact(item));
}
TypeId MetadataBuilder::tuple(const std::vector<TypeId>& items) {
  Writer shape;
  shape.u8(4).compact(items.size());
  for (TypeId item : items) shape.compact(item);
  return add("", {}, shape);
}
TypeId MetadataBuilder::primitive(Primitive kind) {
  return add("", {}, Writer().u8(5).u8(static_cast<std::uint8_t>(kind)));
}
TypeId MetadataBuilder::compact(TypeId of) { return add("", {}, Writer().u8(6).compact(of)); }
TypeId MetadataBuilder::bits(TypeId store, TypeId order) {
  return add("", {}, Writer().u8(7).compact(store).compact(order));
}

ByteVector MetadataBuilder::build(std::uint8_t version) const {
  Writer out;
  out.bytes(view_of("meta")).u8(version);
  out.compact(types_.size());
  for (const ByteVector& type : types_) out.bytes(type);
  out.compact(pallets.size());
  for (const PalletSpec& one : pallets) pallet(out, one);
  out.compact(extrinsic_type).u8(extrinsic_version).compact(extensions.size());
  for (const ExtensionSpec& one : extensions) {
    text(out, one.identifier);
    out.compact(one.explicit_type).compact(one.implicit_type);
  }
  out.compact(0);  // the runtime's own type
  return out.take();
}

}  // namespace reconcile::chain::testing
