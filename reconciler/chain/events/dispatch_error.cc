#include "reconciler/chain/events/events.h"

namespace reconcile::chain {
namespace {

// ModuleError { index: u8, error: [u8; 4] }; the error's number is the first of the four bytes.
std::optional<DispatchFailure> module_error(const Metadata& metadata, const Value& variant) {
  if (variant.items.size() != 1) return std::nullopt;
  const Value* index = variant.items.front().find("index");
  const Value* error = variant.items.front().find("error");
  if (!index || !error || error->bytes.empty()) return std::nullopt;
  const auto pallet = static_cast<std::uint8_t>(index->integer);
  const auto named = metadata.error(pallet, error->bytes.front());
  if (named) return DispatchFailure{named->full_name(), named->docs()};
  return DispatchFailure{
      "Module(" + std::to_string(pallet) + ", " + std::to_string(error->bytes.front()) + ")",
      "an error that the metadata does not name"};
}

}  // namespace

DispatchFailure explain_dispatch_error(const Metadata& metadata, const Value& error) {
  if (error.name == "Module") {
    if (auto failure = module_error(metadata, error)) return *std::move(failure);
  }
  // The others are enums in enums: Token(FundsUnavailable), Arithmetic(Overflow).
  std::string name = error.name;
  const Value* value = &error;
  while (value->items.size() == 1 && value->items.front().kind == Value::Kind::kVariant) {
    value = &value->items.front();
    name += "." + value->name;
  }
  return DispatchFailure{name, ""};
}

std::optional<DispatchFailure> failure_in(const Metadata& metadata, const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.pallet != "System" || event.name != "ExtrinsicFailed") continue;
    if (event.fields.empty()) return DispatchFailure{"unknown", "ExtrinsicFailed without a reason"};
    return explain_dispatch_error(metadata, event.fields.front());
  }
  return std::nullopt;
}

}  // namespace reconcile::chain
