#include "reconciler/chain/node/state.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/chain/node/answers.h"
#include "reconciler/chain/scale/writer.h"
#include "reconciler/chain/storage/keys.h"

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kKeysInOneQuestion = 256;
// The longest commitment is 3 x 1 KiB and its key; a question's answer stays far below this.
constexpr CallLimits kStateLimits{Bytes(16u << 20), std::chrono::milliseconds(60'000)};

tl::unexpected<Error> misshapen(const std::string& what) {
  return fail(Fault::kCorrupt, "state_queryStorageAt: " + what,
              "check the endpoint: is it a Substrate node?");
}

/// [{"block":h,"changes":[[key,value|null],…]}], one element for the one block asked about.
Result<void> take(const Json& answer, std::set<std::string>& missing,
                  std::map<std::string, ByteVector>& into) {
  if (!answer.is_array() || answer.size() != 1) return misshapen("not one change set");
  TRY_ASSIGN(const Json* changes, member_of(answer.front(), "changes", "state_queryStorageAt"));
  if (!changes->is_array()) return misshapen("the changes are no list");
  for (const Json& change : *changes) {
    if (!change.is_array() || change.size() != 2 || !change[0].is_string())
      return misshapen("a change is not a pair of key and value");
    const auto& key = change[0].get_ref<const std::string&>();
    if (missing.erase(key) == 0) return misshapen("an answer for a key that was not asked about");
    if (change[1].is_null()) continue;
    TRY_ASSIGN(ByteVector bytes, bytes_in(change[1], "a stored value"));
    into.emplace(key, std::move(bytes));
  }
  return {};
}

}  // namespace

ByteVector key_part(std::uint16_t netuid) { return Writer().u16(netuid).take(); }

ByteVector key_part(const AccountId& account) { return {account.get().begin(), account.get().end()}; }

Result<std::map<std::string, ByteVector>> storage_at(Rpc& rpc, const std::vector<std::string>& keys,
                                                     const BlockHash& block) {
  std::map<std::string, ByteVector> out;
  for (std::size_t from = 0; from < keys.size(); from += kKeysInOneQuestion) {
    const std::size_t to = std::min(keys.size(), from + kKeysInOneQuestion);
    Json chunk = Json::array();
    std::set<std::string> missing;
    for (std::size_t i = from; i < to; ++i) {
      if (missing.insert(keys[i]).second) chunk.push_back(keys[i]);
    }
    TRY_ASSIGN(
        const Json answer,
        rpc.ask("state_queryStorageAt", Json::array({std::move(chunk), hex_of(block.get())}), kStateLimits));
    TRY(take(answer, missing, out));
    if (!missing.empty()) return misshapen(fmt::format("{} keys were not answered", missing.size()));
  }
  return out;
}

Result<State::Slot> State::want(std::string_view pallet, std::string_view entry,
                                std::span<const ByteVector> parts) {
  if (!metadata_.storage(pallet, entry)) return Slot();
  TRY_ASSIGN(ByteVector key, storage_key(metadata_, pallet, entry, parts));
  wanted_.push_back(hex_of(key));
  return Slot(std::move(key));
}

Result<void> State::fetch() {
  TRY_ASSIGN(fetched_, storage_at(rpc_, wanted_, block_));
  return {};
}

std::optional<ByteVector> State::bytes(const Slot& slot) const {
  if (!slot) return std::nullopt;
  const auto found = fetched_.find(hex_of(*slot));
  return found == fetched_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::uint64_t> State::integer(std::string_view pallet, std::string_view entry, const Slot& slot,
                                     std::uint64_t absent) const {
  if (!slot) return absent;
  TRY_ASSIGN(const StorageShape shape, metadata_.storage(pallet, entry));
  std::optional<ByteVector> stored = bytes(slot);
  if (!stored && !shape.entry->has_default) return absent;
  if (!stored) stored = ByteVector(shape.entry->fallback.begin(), shape.entry->fallback.end());
  TRY_ASSIGN(const Value value, decode_whole(metadata_, shape.entry->value, *stored));
  const Value& inner = value.inner();
  if (inner.kind != Value::Kind::kInteger && inner.kind != Value::Kind::kBool)
    return fail(Fault::kCorrupt, fmt::format("{}.{} is not a number", pallet, entry),
                "the runtime is newer than this program: update it");
  return inner.integer;
}

Result<std::optional<Value>> State::value(std::string_view pallet, std::string_view entry,
                                          const Slot& slot) const {
  const std::optional<ByteVector> stored = bytes(slot);
  if (!stored) return std::optional<Value>();
  TRY_ASSIGN(const StorageShape shape, metadata_.storage(pallet, entry));
  TRY_ASSIGN(Value value, decode_whole(metadata_, shape.entry->value, *stored));
  return std::optional(std::move(value));
}

}  // namespace reconcile::chain
