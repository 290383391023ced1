#pragma once
// Runtime metadata V14, decoded: where calls, storage, constants, events and errors are, by name.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/chain/metadata/types.h"

namespace reconcile::chain {

/// Where a call is and what it takes.
struct CallShape {
  std::uint8_t pallet_index = 0;
  std::uint8_t call_index = 0;
  std::span<const TypeField> arguments;
};
struct StorageShape {
  std::string_view prefix;  ///< what is hashed in the pallet's place; as a rule its name
  const StorageEntry* entry = nullptr;
};
/// An error or event of a pallet.
struct NamedCase {
  std::string_view pallet;
  const VariantCase* variant = nullptr;
  /// "Commitments.SpaceLimitExceeded".
  std::string full_name() const;
  /// The doc lines joined by blanks; empty when there are none.
  std::string docs() const;
};

/// Immutable once decoded; may be shared between threads. Copies share the bytes, and every view and pointer
/// handed out lives as long as some copy does. A name that is not there is kUnsupported: the runtime is not
/// the one we know.
class Metadata {
 public:
  /// `bytes`: the answer of `state_getMetadata`, hex undone. V14 only (kUnsupported otherwise), at most 16
  /// MiB.
  static Result<Metadata> decode(ByteVector bytes);

  /// `id` must come from this metadata.
  const Type& type(TypeId id) const { return content_->types[id]; }
  std::size_t type_count() const { return content_->types.size(); }
  std::span<const Pallet> pallets() const { return content_->pallets; }
  const ExtrinsicFormat& extrinsic() const { return content_->extrinsic; }

  Result<const Pallet*> pallet(std::string_view name) const;
  Result<CallShape> call(std::string_view pallet, std::string_view call) const;
  Result<StorageShape> storage(std::string_view pallet, std::string_view entry) const;
  Result<const Constant*> constant(std::string_view pallet, std::string_view name) const;
  /// By the numbers a ModuleError holds: the pallet's index and the first byte of its error.
  Result<NamedCase> error(std::uint8_t pallet_index, std::uint8_t error_index) const;
  Result<NamedCase> event(std::uint8_t pallet_index, std::uint8_t event_index) const;

  /// True when values of this type take no byte at all: (), empty structs, arrays of them.
  bool is_zero_sized(TypeId id) const;

 private:
  struct Content {
    ByteVector bytes;
    std::vector<Type> types;
    std::vector<Pallet> pallets;
    ExtrinsicFormat extrinsic;
  };
  explicit Metadata(std::shared_ptr<const Content> content) : content_(std::move(content)) {}
  Result<NamedCase> case_of(std::uint8_t pallet_index, std::uint8_t index, std::optional<TypeId> Pallet::*set,
                            std::string_view what) const;

  std::shared_ptr<const Content> content_;
};

}  // namespace reconcile::chain
