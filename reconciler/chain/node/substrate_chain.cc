#include "reconciler/chain/node/substrate_chain.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/chain/events/events.h"
#include "reconciler/chain/extrinsic/era.h"
#include "reconciler/chain/keys/ss58.h"
#include "reconciler/chain/node/answers.h"
#include "reconciler/chain/node/refusal.h"
#include "reconciler/chain/node/to_model.h"
#include "reconciler/chain/node/view.h"
#include "reconciler/chain/rpc/answer.h"

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

// A full block's events, as hex.
constexpr CallLimits kEventsLimits{Bytes(33u << 20), std::chrono::milliseconds(60'000)};

/// Why the extrinsic at `place` failed; nullopt when it did not. The block's events are written by the
/// runtime that its parent block left behind, which is the one that executed it.
Result<std::optional<DispatchFailure>> failure_at(Rpc& rpc, RuntimeCache& runtimes,
                                                  const Included& included) {
  TRY_ASSIGN(const BlockHash parent, block_hash(rpc, included.block.number - 1));
  TRY_ASSIGN(const Runtime runtime, runtimes.at(parent));
  // twox_128("System") || twox_128("Events"): read raw, since the value is too large for the usual bounds.
  const std::string key = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";
  TRY_ASSIGN(
      const Json answer,
      rpc.ask("state_getStorage", Json::array({key, hex_of(included.block.hash.get())}), kEventsLimits));
  if (answer.is_null())
    return fail(Fault::kTransient, "the node has no events of block " + hex_of(included.block.hash.get()),
                "use an endpoint that keeps more blocks");
  TRY_ASSIGN(const ByteVector bytes, bytes_in(answer, "System.Events"));
  TRY_ASSIGN(const std::vector<Event> events, events_of(runtime.metadata, bytes, included.place));
  return failure_in(runtime.metadata, events);
}

Error error_of(const DispatchFailure& failure, const Account& account, std::uint64_t block) {
  const std::string cause = fmt::format("included in block {}, and refused there: {}{}{}", print_count(block),
                                        failure.name, failure.docs.empty() ? "" : " - ", failure.docs);
  if (failure.name.ends_with("SpaceLimitExceeded"))
    return {Fault::kQuota, cause, "the epoch's byte budget is spent: later again"};
  if (failure.name.ends_with("AccountNotAllowedCommit"))
    return {Fault::kDenied, cause,
            fmt::format("register {} on netuid {}, or correct netuid and wallet", account.hotkey,
                        account.netuid)};
  return {Fault::kDenied, cause, "see the runtime's own words"};
}

}  // namespace

/// A signed extrinsic and the blocks that may include it.
struct SubstrateChain::Attempt {
  SignedExtrinsic extrinsic;
  RuntimeVersion version;
  std::uint64_t first_block = 0;
  std::uint64_t death = 0;
};

SubstrateChain::SubstrateChain(std::shared_ptr<Rpc> rpc, SubstrateOptions options)
    : rpc_(rpc), options_(std::move(options)), reader_(rpc_, options_.network) {}

Result<void> SubstrateChain::wait_until_idle(const Account& account, const AccountId& id) {
  std::chrono::milliseconds wait{250};
  std::optional<std::uint64_t> until;
  for (bool waited = false;; waited = true) {
    TRY_ASSIGN(const Snapshot now, reader_.snapshot());
    TRY_ASSIGN(const std::uint64_t done, nonce_at(*rpc_, now.runtime.metadata, now.block.hash, id));
    TRY_ASSIGN(const std::uint32_t next, next_nonce(*rpc_, account.hotkey));
    if (next <= done && waited)
      return fail(Fault::kConflict, "an earlier extrinsic of this hotkey was finalized just now",
                  "the next pass observes again");
    if (next <= done) return {};
    if (!until) until = now.block.number + options_.era_blocks;
    if (now.block.number >= *until)
      return fail(Fault::kTransient,
                  fmt::format("an extrinsic of this hotkey waits in the node's pool since {} blocks",
                              options_.era_blocks),
                  "another program uses this hotkey: stop it; nothing was committed");
    if (!options_.pause(wait))
      return fail(Fault::kTransient, "asked to stop while an earlier extrinsic was on its way",
                  "nothing was committed");
    wait = std::min(wait * 2, options_.poll_max);
  }
}

Result<SubstrateChain::Attempt> SubstrateChain::sign(const Account& account, const AccountId& id,
                                                     const std::vector<CommitmentField>& fields) {
  // First, since an encrypted file, or a person who types its password, takes its time: the era begins after.
  TRY_ASSIGN(const Keypair key, options_.open_key());
  if (key.account() != id)
    return fail(Fault::kInvalidInput,
                fmt::format("the wallet's key is {}, not {}", to_ss58(key.account()), account.hotkey),
                "correct wallet in the manifest; nothing was signed");
  TRY_ASSIGN(const Snapshot now, reader_.snapshot());
  TRY_ASSIGN(const std::string genesis, rpc_->genesis());
  if (options_.keep_genesis) TRY(options_.keep_genesis(genesis));
  SigningContext context;
  context.spec_version = now.runtime.version.spec;
  context.transaction_version = now.runtime.version.transaction;
  TRY_ASSIGN(context.genesis, hash_in(Json(genesis), "the genesis hash"));
  context.era = Era::mortal(options_.era_blocks, now.block.number);
  const std::uint64_t birth = context.era.birth(now.block.number);
  TRY_ASSIGN(context.era_birth_hash,
             birth == now.block.number ? Result<BlockHash>(now.block.hash) : block_hash(*rpc_, birth));
  TRY_ASSIGN(context.nonce, next_nonce(*rpc_, account.hotkey));
  TRY_ASSIGN(const UnsignedExtrinsic prepared,
             prepare_set_commitment(now.runtime.metadata, account.netuid, fields, context));
  return Attempt{assemble(prepared, id, key.sign(prepared.to_sign)), now.runtime.version,
                 now.block.number + 1, *context.era.death(now.block.number)};
}

Result<Inclusion> SubstrateChain::submit_and_follow(const Account& account, const Attempt& attempt,
                                                    const std::function<Result<Attempt>()>& again) {
  const Result<RpcAnswer> answer = rpc_->submit(hex_of(attempt.extrinsic.bytes));
  if (!answer && answer.error().fault != Fault::kUnknownOutcome) return fail(answer.error());
  if (answer && answer->error) {
    const Refusal refusal = explain_refusal(*answer->error);
    if (refusal.kind == Refused::kRuntime && again) {
      TRY_ASSIGN(const Attempt anew, again());
      if (anew.version != attempt.version) return submit_and_follow(account, anew, {});
    }
    if (refusal.kind != Refused::kPooled) return fail(refusal.error);
  }
  const FollowOptions following{.first_block = attempt.first_block,
                                .death = attempt.death,
                                .pause = options_.pause,
                                .poll_max = options_.poll_max,
                                .stall_max = options_.stall_max};
  TRY_ASSIGN(const auto fate, follow(*rpc_, attempt.extrinsic, following));
  if (const auto* included = std::get_if<Included>(&fate))
    return judge(account, *included, attempt.extrinsic);
  return fail(
      Fault::kTransient,
      fmt::format("the extrinsic was not included before its era ended with block {}, and never can be",
                  print_count(std::get<Died>(fate).block)),
      "the next pass signs anew");
}

Result<Inclusion> SubstrateChain::judge(const Account& account, const Included& included,
                                        const SignedExtrinsic& extrinsic) {
  const Result<std::optional<DispatchFailure>> failure = failure_at(*rpc_, reader_.runtimes(), included);
  if (!failure) {
    Error error =
        within("the extrinsic is finalized, and whether it succeeded is not known", failure.error());
    error.fault = Fault::kUnknownOutcome;
    return fail(std::move(error));
  }
  if (*failure) return fail(error_of(**failure, account, included.block.number));
  return Inclusion{included.block.number, hex_of(extrinsic.hash.get())};
}

Result<Inclusion> SubstrateChain::commit(const Account& account, const Commitment& commitment) {
  TRY_ASSIGN(const std::vector<CommitmentField> fields, to_chain(commitment));
  TRY_ASSIGN(const AccountId id, from_ss58(account.hotkey));
  TRY(wait_until_idle(account, id));
  TRY_ASSIGN(const ChainView now, reader_.observe(account));
  if (now.commitment && same_bytes(commitment, *now.commitment)) return Inclusion{now.commitment->block, ""};
  TRY_ASSIGN(const Attempt attempt, sign(account, id, fields));
  return submit_and_follow(account, attempt, [&] { return sign(account, id, fields); });
}

}  // namespace reconcile::chain
