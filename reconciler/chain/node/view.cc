#include "reconciler/chain/node/view.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/chain/node/answers.h"
#include "reconciler/chain/node/budget.h"
#include "reconciler/chain/node/state.h"
#include "reconciler/chain/node/to_model.h"
#include "reconciler/chain/scale/reader.h"

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

constexpr const char* kCommitments = "Commitments";
constexpr const char* kSubtensor = "SubtensorModule";
// subtensor pallets/commitments/src/lib.rs, DefaultMaxSpace: in force where the runtime names no default.
constexpr std::uint64_t kSpaceMaxDefault = 3100;
constexpr std::uint64_t kTempoDefault = 360;      // InitialTempo of finney
constexpr std::uint64_t kSlotMsDefault = 12'000;  // a block each 12 s, subtensor runtime/src/lib.rs

Result<std::uint64_t> constant(const Metadata& metadata, std::string_view pallet, std::string_view name,
                               std::uint64_t absent) {
  const Result<const Constant*> found = metadata.constant(pallet, name);
  if (!found) return absent;
  TRY_ASSIGN(const Value value, decode_whole(metadata, (*found)->type, (*found)->value));
  if (value.inner().kind != Value::Kind::kInteger)
    return fail(Fault::kUnsupported, fmt::format("{}.{} is not a number", pallet, name),
                "the runtime is newer than this program: update it");
  return value.inner().integer;
}

/// Everything that is read for one account, wanted first and fetched at once.
class AccountState {
 public:
  AccountState(Rpc& rpc, const Runtime& runtime, const BlockRef& block, std::uint16_t netuid,
               const AccountId& account)
      : state_(rpc, runtime.metadata, block.hash),
        metadata_(runtime.metadata),
        block_(block),
        netuid_(netuid),
        of_both_{key_part(netuid), key_part(account)},
        of_subnet_{key_part(netuid)} {}

  Result<ChainView> read() {
    TRY_ASSIGN(commitment_, state_.want(kCommitments, "CommitmentOf", of_both_));
    TRY_ASSIGN(used_, state_.want(kCommitments, "UsedSpaceOf", of_both_));
    TRY_ASSIGN(space_max_, state_.want(kCommitments, "MaxSpace"));
    TRY_ASSIGN(uid_, state_.want(kSubtensor, "Uids", of_both_));
    TRY_ASSIGN(exists_, state_.want(kSubtensor, "NetworksAdded", of_subnet_));
    TRY_ASSIGN(tempo_, state_.want(kSubtensor, "Tempo", of_subnet_));
    TRY_ASSIGN(epoch_index_, state_.want(kSubtensor, "SubnetEpochIndex", of_subnet_));
    TRY_ASSIGN(last_epoch_, state_.want(kSubtensor, "LastEpochBlock", of_subnet_));
    TRY_ASSIGN(pending_epoch_, state_.want(kSubtensor, "PendingEpochAt", of_subnet_));
    TRY_ASSIGN(now_, state_.want("Timestamp", "Now"));
    if (!commitment_ || !uid_)
      return fail(Fault::kUnsupported,
                  fmt::format("the runtime has no {}",
                              commitment_ ? "SubtensorModule.Uids" : "Commitments.CommitmentOf"),
                  "check the endpoint: it does not serve a Subtensor chain this program knows");
    TRY(state_.fetch());
    ChainView out;
    out.finalized_block = block_.number;
    TRY(registration(out));
    TRY(commitment(out));
    TRY(limits(out));
    TRY(budget(out));
    return out;
  }

 private:
  Result<void> registration(ChainView& out) {
    out.registered = state_.bytes(uid_).has_value();
    TRY_ASSIGN(const std::uint64_t exists, state_.integer(kSubtensor, "NetworksAdded", exists_, 1));
    out.subnet_exists = exists != 0;
    return {};
  }

  Result<void> commitment(ChainView& out) {
    const std::optional<ByteVector> stored = state_.bytes(commitment_);
    if (!stored) return {};
    TRY_ASSIGN(const StoredCommitment record, read_commitment(metadata_, *stored));
    out.commitment = to_model(record);
    if (const auto* unreadable = std::get_if<UnreadableRecord>(&record))
      out.notes.push_back("the commitment on chain cannot be read: " + unreadable->why);
    return {};
  }

  Result<void> limits(ChainView& out) {
    TRY_ASSIGN(const std::uint64_t fields, constant(metadata_, kCommitments, "MaxFields", 0));
    if (fields == 0)
      return fail(Fault::kUnsupported, "the runtime does not say how many fields a commitment may have",
                  "the runtime is newer or older than this program: update it");
    out.limits.fields_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(fields, 1024));
    return {};
  }

  Result<void> budget(ChainView& out) {
    BudgetInputs in{.block = block_.number, .netuid = netuid_};
    TRY_ASSIGN(in.tempo, state_.integer(kSubtensor, "Tempo", tempo_, kTempoDefault));
    TRY_ASSIGN(in.space_max, state_.integer(kCommitments, "MaxSpace", space_max_, kSpaceMaxDefault));
    if (epoch_index_) {
      TRY_ASSIGN(in.epoch_index, state_.integer(kSubtensor, "SubnetEpochIndex", epoch_index_, 0));
    }
    TRY_ASSIGN(in.last_epoch_block, state_.integer(kSubtensor, "LastEpochBlock", last_epoch_, 0));
    TRY_ASSIGN(in.pending_epoch_at, state_.integer(kSubtensor, "PendingEpochAt", pending_epoch_, 0));
    TRY(usage(in));
    const SpaceBudget space = space_budget(in);
    TRY_ASSIGN(const std::uint64_t slot_ms, constant(metadata_, "Aura", "SlotDuration", kSlotMsDefault));
    TRY_ASSIGN(const std::uint64_t now_ms, state_.integer("Timestamp", "Now", now_, 0));
    out.budget = CommitBudget{.max = space.max,
                              .used = space.used,
                              .reset_block = space.reset_block,
                              .reset_at = time_of(space.reset_block, now_ms, slot_ms)};
    return {};
  }

  /// When that block is due. Bounded, since the numbers are the chain's: a time far off is as good as never.
  Instant time_of(std::uint64_t block, std::uint64_t now_ms, std::uint64_t slot_ms) const {
    constexpr std::uint64_t kBlocksMax = 10'000'000;       // some four years
    constexpr std::uint64_t kNowMax = 10'000'000'000'000;  // in the year 2286
    const std::uint64_t blocks = block > block_.number ? std::min(block - block_.number, kBlocksMax) : 0;
    const std::uint64_t ms = std::min(now_ms, kNowMax) + blocks * std::min<std::uint64_t>(slot_ms, 600'000);
    return Instant(Seconds(ms / 1000));
  }

  Result<void> usage(BudgetInputs& in) {
    TRY_ASSIGN(const std::optional<Value> used, state_.value(kCommitments, "UsedSpaceOf", used_));
    if (!used) return {};
    const Value* epoch = used->find("last_epoch");
    const Value* space = used->find("used_space");
    if (!epoch || !space || epoch->inner().kind != Value::Kind::kInteger ||
        space->inner().kind != Value::Kind::kInteger)
      return fail(Fault::kUnsupported, "Commitments.UsedSpaceOf is not {last_epoch, used_space}",
                  "the runtime is newer than this program: update it");
    in.used_epoch = epoch->inner().integer;
    in.used_space = space->inner().integer;
    return {};
  }

  State state_;
  const Metadata& metadata_;
  const BlockRef& block_;
  std::uint16_t netuid_;
  std::vector<ByteVector> of_both_, of_subnet_;
  State::Slot commitment_, used_, space_max_, uid_, exists_, tempo_, epoch_index_, last_epoch_,
      pending_epoch_, now_;
};

}  // namespace

Result<ChainView> view_at(Rpc& rpc, const Runtime& runtime, const BlockRef& block, std::uint16_t netuid,
                          const AccountId& account, const std::string& network) {
  TRY_ASSIGN(ChainView view, AccountState(rpc, runtime, block, netuid, account).read());
  view.network = network;
  return view;
}

Result<std::uint64_t> nonce_at(Rpc& rpc, const Metadata& metadata, const BlockHash& block,
                               const AccountId& account) {
  State state(rpc, metadata, block);
  const std::vector<ByteVector> parts = {key_part(account)};
  TRY_ASSIGN(const State::Slot slot, state.want("System", "Account", parts));
  if (!slot) return fail(Fault::kUnsupported, "the runtime has no System.Account", "update this program");
  TRY(state.fetch());
  TRY_ASSIGN(const std::optional<Value> info, state.value("System", "Account", slot));
  if (!info) return 0;  // an account that never did anything
  const Value* nonce = info->find("nonce");
  if (!nonce || nonce->inner().kind != Value::Kind::kInteger)
    return fail(Fault::kUnsupported, "System.Account has no nonce", "update this program");
  return nonce->inner().integer;
}

Result<std::uint32_t> next_nonce(Rpc& rpc, const std::string& address) {
  TRY_ASSIGN(const Json answer, rpc.ask("system_accountNextIndex", Json::array({address}), {}));
  return u32_in(answer, "system_accountNextIndex");
}

}  // namespace reconcile::chain
