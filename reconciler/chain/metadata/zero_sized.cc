// Which types take no byte: what decides whether an unknown signed extension may be passed over.
#include <algorithm>

#include "reconciler/chain/metadata/metadata.h"

namespace reconcile::chain {
namespace {

// Each type is entered once: a cycle or a tower of shared types costs no more than the registry is long.
// While a type is open its answer is no: one that contains itself has no finite size.
class ZeroSized {
 public:
  explicit ZeroSized(const Metadata& metadata)
      : metadata_(metadata), answers_(metadata.type_count(), kUnseen) {}

  bool operator()(TypeId id, int depth = 0) {
    if (answers_[id] != kUnseen || depth > kDepthMax) return answers_[id] == kYes;
    answers_[id] = kNo;
    const auto inner = [&](TypeId next) { return (*this)(next, depth + 1); };
    const bool yes =
        std::visit([&](const auto& shape) { return all_zero(shape, inner); }, metadata_.type(id).shape);
    if (yes) answers_[id] = kYes;
    return yes;
  }

 private:
  enum Answer : std::uint8_t { kUnseen, kNo, kYes };
  static constexpr int kDepthMax = 64;  // nested deeper than any runtime's types: answered no, which refuses

  template <class Inner>
  static bool all_zero(const CompositeType& type, const Inner& inner) {
    return std::all_of(type.fields.begin(), type.fields.end(),
                       [&](const TypeField& f) { return inner(f.type); });
  }
  template <class Inner>
  static bool all_zero(const TupleType& type, const Inner& inner) {
    return std::all_of(type.items.begin(), type.items.end(), inner);
  }
  template <class Inner>
  static bool all_zero(const ArrayType& type, const Inner& inner) {
    return type.length == 0 || inner(type.item);
  }
  // A compact of () is (): parity-scale-codec encodes Compact<()> as nothing.
  template <class Inner>
  static bool all_zero(const CompactType& type, const Inner& inner) {
    return inner(type.type);
  }
  // An enum has its index byte, a sequence its length, a primitive its bytes.
  template <class Shape, class Inner>
  static bool all_zero(const Shape&, const Inner&) {
    return false;
  }

  const Metadata& metadata_;
  std::vector<Answer> answers_;
};

}  // namespace

bool Metadata::is_zero_sized(TypeId id) const { return ZeroSized(*this)(id); }

}  // namespace reconcile::chain
