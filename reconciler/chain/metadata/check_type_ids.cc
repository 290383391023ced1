// Type ids are checked once, here, so that every later look-up may index without asking.
#include <algorithm>
#include <string>

#include "reconciler/chain/metadata/decode.h"

namespace reconcile::chain {
namespace {

class Checker {
 public:
  explicit Checker(std::size_t types) : types_(types) {}

  bool resolves(TypeId id) const { return id < types_; }
  bool resolves(const std::optional<TypeId>& id) const { return !id || resolves(*id); }
  bool resolves(const std::vector<TypeField>& fields) const {
    return std::all_of(fields.begin(), fields.end(), [this](const TypeField& f) { return resolves(f.type); });
  }

  bool operator()(const CompositeType& type) const { return resolves(type.fields); }
  bool operator()(const VariantType& type) const {
    return std::all_of(type.cases.begin(), type.cases.end(),
                       [this](const VariantCase& one) { return resolves(one.fields); });
  }
  bool operator()(const SequenceType& type) const { return resolves(type.item); }
  bool operator()(const ArrayType& type) const { return resolves(type.item); }
  bool operator()(const TupleType& type) const {
    return std::all_of(type.items.begin(), type.items.end(), [this](TypeId id) { return resolves(id); });
  }
  bool operator()(Primitive) const { return true; }
  bool operator()(const CompactType& type) const { return resolves(type.type); }
  bool operator()(const BitSequenceType& type) const { return resolves(type.store) && resolves(type.order); }

  bool operator()(const Type& type) const {
    return std::visit(*this, type.shape) &&
           std::all_of(type.parameters.begin(), type.parameters.end(),
                       [this](const TypeParameter& parameter) { return resolves(parameter.type); });
  }
  bool operator()(const Pallet& pallet) const {
    return resolves(pallet.calls) && resolves(pallet.events) && resolves(pallet.errors) &&
           std::all_of(pallet.storage.begin(), pallet.storage.end(),
                       [this](const StorageEntry& e) {
                         return (e.hashers.empty() || resolves(e.key)) && resolves(e.value);
                       }) &&
           std::all_of(pallet.constants.begin(), pallet.constants.end(),
                       [this](const Constant& constant) { return resolves(constant.type); });
  }

 private:
  std::size_t types_;
};

tl::unexpected<Error> dangling(const std::string& where) {
  return fail(Fault::kCorrupt, where + " names a type that the registry does not have",
              "ask again for metadata, or ask another node");
}

}  // namespace

Result<void> check_type_ids(const std::vector<Type>& types, const std::vector<Pallet>& pallets,
                            const ExtrinsicFormat& extrinsic) {
  const Checker check(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!check(types[i])) return dangling("type " + std::to_string(i));
  }
  for (const Pallet& pallet : pallets) {
    if (!check(pallet)) return dangling("pallet " + std::string(pallet.name));
  }
  for (const SignedExtension& extension : extrinsic.extensions) {
    if (!check.resolves(extension.explicit_type) || !check.resolves(extension.implicit_type)) {
      return dangling("signed extension " + std::string(extension.identifier));
    }
  }
  if (!check.resolves(extrinsic.type)) return dangling("the extrinsic");
  return {};
}

}  // namespace reconcile::chain
