// Look-ups by name in decoded metadata.
#include <algorithm>

#include "reconciler/chain/metadata/metadata.h"

namespace reconcile::chain {
namespace {

tl::unexpected<Error> unknown(const std::string& what) {
  return fail(Fault::kUnsupported, "the runtime has no " + what,
              "check that the endpoint is a Subtensor node; if it is, its runtime is newer or older than "
              "this program");
}

std::string dotted(std::string_view pallet, std::string_view name) {
  return std::string(pallet) + "." + std::string(name);
}

template <class Items>
auto* by_name(const Items& items, std::string_view name) {
  auto it = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return it == items.end() ? nullptr : &*it;
}

}  // namespace

std::string NamedCase::full_name() const { return dotted(pallet, variant->name); }

std::string NamedCase::docs() const {
  std::string out;
  for (std::string_view line : variant->docs) {
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    if (line.empty()) continue;
    if (!out.empty()) out += ' ';
    out += line;
  }
  return out;
}

Result<const Pallet*> Metadata::pallet(std::string_view name) const {
  if (const Pallet* found = by_name(content_->pallets, name)) return found;
  return unknown("pallet " + std::string(name));
}

Result<CallShape> Metadata::call(std::string_view pallet_name, std::string_view call_name) const {
  TRY_ASSIGN(const Pallet* found, pallet(pallet_name));
  const auto* calls = found->calls ? std::get_if<VariantType>(&type(*found->calls).shape) : nullptr;
  const VariantCase* one = calls ? by_name(calls->cases, call_name) : nullptr;
  if (!one) return unknown("call " + dotted(pallet_name, call_name));
  return CallShape{found->index, one->index, one->fields};
}

Result<StorageShape> Metadata::storage(std::string_view pallet_name, std::string_view entry_name) const {
  TRY_ASSIGN(const Pallet* found, pallet(pallet_name));
  if (const StorageEntry* entry = by_name(found->storage, entry_name)) {
    return StorageShape{found->storage_prefix, entry};
  }
  return unknown("storage " + dotted(pallet_name, entry_name));
}

Result<const Constant*> Metadata::constant(std::string_view pallet_name, std::string_view name) const {
  TRY_ASSIGN(const Pallet* found, pallet(pallet_name));
  if (const Constant* constant = by_name(found->constants, name)) return constant;
  return unknown("constant " + dotted(pallet_name, name));
}

Result<NamedCase> Metadata::case_of(std::uint8_t pallet_index, std::uint8_t index,
                                    std::optional<TypeId> Pallet::*set, std::string_view what) const {
  for (const Pallet& pallet : content_->pallets) {
    if (pallet.index != pallet_index || !(pallet.*set)) continue;
    const auto* variants = std::get_if<VariantType>(&type(*(pallet.*set)).shape);
    if (!variants) continue;
    for (const VariantCase& one : variants->cases) {
      if (one.index == index) return NamedCase{pallet.name, &one};
    }
  }
  return unknown(std::string(what) + " " + std::to_string(index) + " in pallet " +
                 std::to_string(pallet_index));
}

Result<NamedCase> Metadata::error(std::uint8_t pallet_index, std::uint8_t error_index) const {
  return case_of(pallet_index, error_index, &Pallet::errors, "error");
}

Result<NamedCase> Metadata::event(std::uint8_t pallet_index, std::uint8_t event_index) const {
  return case_of(pallet_index, event_index, &Pallet::events, "event");
}

}  // namespace reconcile::chain
