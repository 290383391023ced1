#include "reconciler/chain/node/reader.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/chain/keys/ss58.h"
#include "reconciler/chain/node/answers.h"
#include "reconciler/chain/node/state.h"
#include "reconciler/chain/node/to_model.h"
#include "reconciler/chain/node/view.h"
#include "reconciler/chain/storage/keys.h"

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kKeysPage = 1000;          // what nodes give at most (STORAGE_KEYS_PAGED_MAX_COUNT)
constexpr std::size_t kCommitmentsMax = 65'536;  // a uid is a u16

/// A node that is catching up answers from the past without saying so.
Result<void> check_synced(Rpc& rpc) {
  TRY_ASSIGN(const Json health, rpc.ask("system_health", Json::array(), {}));
  TRY_ASSIGN(const Json* syncing, member_of(health, "isSyncing", "system_health"));
  if (!syncing->is_boolean() || syncing->get<bool>())
    return fail(Fault::kTransient, "the node is still syncing: it would answer from the past",
                "wait until it has caught up, or name another endpoint");
  return {};
}

/// All keys below `prefix`, hex, in the state of one block.
Result<std::vector<std::string>> keys_below(Rpc& rpc, const ByteVector& prefix, const BlockHash& block) {
  std::vector<std::string> out;
  const std::string from = hex_of(prefix);
  std::string after = from;
  for (;;) {
    TRY_ASSIGN(const Json page,
               rpc.ask("state_getKeysPaged", Json::array({from, kKeysPage, after, hex_of(block.get())}), {}));
    if (!page.is_array())
      return fail(Fault::kCorrupt, "state_getKeysPaged: not a list", "check the endpoint");
    for (const Json& key : page) {
      const auto* text = key.get_ptr<const std::string*>();
      if (!text || !text->starts_with(from) || (!out.empty() && *text <= out.back()))
        return fail(Fault::kCorrupt, "state_getKeysPaged: keys out of order or out of place",
                    "check the endpoint");
      out.push_back(*text);
    }
    if (page.size() < kKeysPage) return out;
    if (out.size() > kCommitmentsMax)
      return fail(Fault::kCorrupt, "state_getKeysPaged: more keys than a subnet has uids",
                  "check the endpoint");
    after = out.back();
  }
}

/// A key ends with the account itself (Twox64Concat).
Result<std::string> hotkey_of(const std::string& key) {
  TRY_ASSIGN(const ByteVector bytes, from_hex(key));
  std::array<std::uint8_t, 32> account{};
  if (bytes.size() < account.size())
    return fail(Fault::kCorrupt, "state_getKeysPaged: a key without an account", "check the endpoint");
  std::copy(bytes.end() - 32, bytes.end(), account.begin());
  return to_ss58(AccountId(account));
}

}  // namespace

Result<Snapshot> SubstrateReader::snapshot() {
  TRY(check_synced(*rpc_));
  TRY_ASSIGN(const BlockRef block, finalized_head(*rpc_));
  if (block.number < newest_)
    return fail(Fault::kTransient,
                fmt::format("the node's finalized block is {}, and {} was seen before: it would answer from "
                            "the past",
                            print_count(block.number), print_count(newest_)),
                "the next pass asks again; name several endpoints, so that one that lags can be left");
  newest_ = block.number;
  TRY_ASSIGN(Runtime runtime, runtimes_.at(block.hash));
  return Snapshot{block, std::move(runtime)};
}

Result<ChainView> SubstrateReader::observe(const Account& account) {
  TRY_ASSIGN(const AccountId id, from_ss58(account.hotkey));
  TRY_ASSIGN(const Snapshot now, snapshot());
  TRY_ASSIGN(ChainView view, view_at(*rpc_, now.runtime, now.block, account.netuid, id, network_));
  TRY_ASSIGN(const std::uint64_t done, nonce_at(*rpc_, now.runtime.metadata, now.block.hash, id));
  TRY_ASSIGN(const std::uint32_t next, next_nonce(*rpc_, account.hotkey));
  if (next > done)
    view.notes.push_back(
        fmt::format("{} of this hotkey wait to be finalized: nothing is committed before",
                    next - done == 1 ? "1 extrinsic" : print_count(next - done) + " extrinsics"));
  const std::vector<std::string> notes = rpc_->notes();
  view.notes.insert(view.notes.end(), notes.begin(), notes.end());
  return view;
}

Result<std::vector<ListedCommitment>> SubstrateReader::all_of(std::uint16_t netuid, const Snapshot& at) {
  const Metadata& metadata = at.runtime.metadata;
  const std::vector<ByteVector> parts = {key_part(netuid)};
  TRY_ASSIGN(const ByteVector prefix, storage_prefix(metadata, "Commitments", "CommitmentOf", parts));
  TRY_ASSIGN(const std::vector<std::string> keys, keys_below(*rpc_, prefix, at.block.hash));
  TRY_ASSIGN(const auto stored, storage_at(*rpc_, keys, at.block.hash));
  std::vector<ListedCommitment> out;
  for (const auto& [key, bytes] : stored) {
    TRY_ASSIGN(std::string hotkey, hotkey_of(key));
    TRY_ASSIGN(const StoredCommitment record, read_commitment(metadata, bytes));
    out.push_back({std::move(hotkey), to_model(record)});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.hotkey < b.hotkey; });
  return out;
}

}  // namespace reconcile::chain
