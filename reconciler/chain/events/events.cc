#include "reconciler/chain/events/events.h"

namespace reconcile::chain {
namespace {

constexpr std::size_t kEventsBytesMax = 16u << 20;  // a full block's are below 1 MiB

tl::unexpected<Error> misshapen(const std::string& what) {
  return fail(Fault::kCorrupt, "System.Events: " + what, "fetch metadata and events at the same block");
}

// EventRecord { phase: enum { ApplyExtrinsic(u32), .. }, event: enum of pallets { enum of events { .. } },
// topics }
Result<std::optional<Event>> event_of(Value record, std::uint32_t extrinsic_index) {
  const Value* phase = record.find("phase");
  const Value* outer = record.find("event");
  if (!phase || !outer) return misshapen("a record without phase and event");
  if (phase->name != "ApplyExtrinsic") return std::optional<Event>();
  if (phase->items.size() != 1) return misshapen("ApplyExtrinsic without an index");
  if (phase->items.front().integer != extrinsic_index) return std::optional<Event>();
  if (outer->items.size() != 1) return misshapen("an event outside any pallet");
  const Value& inner = outer->items.front();
  return std::optional<Event>(Event{outer->name, inner.name, inner.items});
}

// The type of the records in System.Events: Vec<Box<EventRecord>>.
Result<TypeId> record_type(const Metadata& metadata) {
  TRY_ASSIGN(const StorageShape storage, metadata.storage("System", "Events"));
  const auto* list = std::get_if<SequenceType>(&metadata.type(storage.entry->value).shape);
  if (!list) return misshapen("the metadata does not say it is a list");
  return list->item;
}

}  // namespace

Result<std::vector<Event>> events_of(const Metadata& metadata, ByteView bytes,
                                     std::uint32_t extrinsic_index) {
  if (bytes.size() > kEventsBytesMax) return misshapen("more than 16 MiB");
  TRY_ASSIGN(const TypeId type, record_type(metadata));
  Reader in(bytes);
  TRY_ASSIGN(const std::size_t count, in.count());
  std::vector<Event> out;
  for (std::size_t i = 0; i < count; ++i) {
    ValueBudget budget;  // of its own for each: one record never holds the whole block in memory
    TRY_ASSIGN(Value record, decode_value(metadata, type, in, budget));
    TRY_ASSIGN(std::optional<Event> event, event_of(std::move(record), extrinsic_index));
    if (event) out.push_back(*std::move(event));
  }
  TRY(in.end());
  return out;
}

}  // namespace reconcile::chain
