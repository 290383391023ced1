#include "reconciler/sim/sim_chain.h"

#include "reconciler/sim/fate.h"
#include "reconciler/sim/witness.h"

namespace reconcile::sim {
namespace {

Result<void> check(const Commitment& commitment) {
  const ChainLimits limits;
  const auto refuse = [](const std::string& why) { return fail(Fault::kInvalidInput, why, "shorten it"); };
  if (commitment.fields.empty() || commitment.fields.size() > limits.fields_max)
    return refuse(std::to_string(commitment.fields.size()) + " fields");
  for (const Field& field : commitment.fields) {
    const bool raw = field.kind == Field::Kind::kRaw;
    if (raw ? field.bytes.size() > limits.raw_bytes_max : field.bytes.size() != 32)
      return refuse("a field of " + std::to_string(field.bytes.size()) + " bytes");
  }
  return {};
}

/// Epochs begin at multiples of their length.
std::uint64_t epoch_start(const WorldOptions& options, std::uint64_t block) {
  return block - block % options.epoch_blocks;
}

std::uint64_t used_bytes(const World& world, const Account& account, std::uint64_t block) {
  std::uint64_t used = 0;
  for (const WorldChain::Entry& entry : world.chain.included)
    if (entry.account == account && entry.block >= epoch_start(world.options, block))
      used += budget_cost(entry.commitment);
  return used;
}

StoredCommitment stored(const WorldChain::Entry& entry) {
  StoredCommitment out;
  out.block = entry.block;
  for (const Field& field : entry.commitment.fields)
    out.fields.push_back({field.kind == Field::Kind::kRaw ? "Raw" : "Sha256", field.bytes, std::nullopt});
  return out;
}

std::optional<CommitBudget> budget(const World& world, const Account& account, std::uint64_t block) {
  const WorldOptions& options = world.options;
  if (!options.epoch_bytes_max) return std::nullopt;
  const std::uint64_t reset = epoch_start(options, block) + options.epoch_blocks;
  const auto blocks_left = static_cast<std::int64_t>(reset - world.head_block());
  return CommitBudget{*options.epoch_bytes_max, used_bytes(world, account, block), reset,
                      world.now + blocks_left * options.block_time};
}

Seconds blocks(const World& world, std::uint64_t count) {
  return static_cast<std::int64_t>(count) * world.options.block_time;
}

constexpr std::uint64_t kLateBlocksMax = 40;

Error died() { return {Fault::kTransient, "the extrinsic died unincluded", "commit again"}; }

/// Followed until it is final. Where blocks are contended it is included later, or in two of them.
Result<Inclusion> include(World& world, const Account& account, const Commitment& commitment) {
  const std::uint64_t value = world.befallen ? world.befallen->value : 0;
  std::uint64_t block = world.head_block() + 1;
  if (world.befalls(FaultKind::kForked) && value % 2 == 0) {  // the branch that held it is given up
    world.advance(blocks(world, world.options.mortality + world.options.finality_lag + 1));
    return fail(died());
  }
  if (world.befalls(FaultKind::kLate) || world.befalls(FaultKind::kForked))
    block += 1 + value % kLateBlocksMax;
  world.chain.pending.push_back({block, account, commitment});
  if (world.befalls(FaultKind::kDuplicate))
    world.chain.pending.push_back({block + 1 + value % kLateBlocksMax, account, commitment});
  world.advance(blocks(world, block - world.head_block() + world.options.finality_lag));
  return Inclusion{block, "sim-" + std::to_string(block)};
}

bool is_upgrading(World& world) {
  constexpr std::uint64_t kUpgradeBlocks = 30;
  if (world.befalls(FaultKind::kUpgrade)) world.chain.upgraded_until = world.head_block() + kUpgradeBlocks;
  return world.head_block() < world.chain.upgraded_until;
}

}  // namespace

Result<ChainView> SimChain::observe(const Account& account) {
  return run_call<ChainView>(world_, "observe", account.hotkey, false, [&]() -> Result<ChainView> {
    if (is_upgrading(world_)) return fail(Fault::kUnsupported, "the runtime is a new one", "wait");
    if (world_.witness) world_.witness->observes_chain();
    ChainView view;
    view.network = "sim";
    view.finalized_block = world_.finalized_block();
    view.registered = !world_.chain.unregistered.contains(account);
    view.budget = budget(world_, account, view.finalized_block);
    for (const WorldChain::Entry& entry : world_.chain.included)
      if (entry.account == account && entry.block <= view.finalized_block) view.commitment = stored(entry);
    return view;
  });
}

Result<Inclusion> SimChain::commit(const Account& account, const Commitment& commitment) {
  const auto result = run_call<Inclusion>(world_, "commit", account.hotkey, true, [&]() -> Result<Inclusion> {
    TRY(check(commitment));
    if (is_upgrading(world_)) return fail(Fault::kUnsupported, "the runtime is a new one", "wait");
    if (world_.befalls(FaultKind::kNonceRace))
      return fail(Fault::kConflict, "the nonce is taken", "observe again");
    if (world_.befalls(FaultKind::kBudgetSpent))
      return fail(Fault::kQuota, "over the byte budget of this epoch", "wait for the next epoch");
    const Faults& faults = world_.options.faults;
    if (world_.chain.unregistered.contains(account))
      return fail(Fault::kDenied, account.hotkey + " is not registered", "register it");
    const std::uint64_t next = world_.head_block() + 1;
    const std::uint64_t cost = budget_cost(commitment);
    if (world_.options.epoch_bytes_max &&
        used_bytes(world_, account, next) + cost > *world_.options.epoch_bytes_max)
      return fail(Fault::kQuota, "over the byte budget of this epoch", "wait for the next epoch");
    if (world_.witness) world_.witness->commits(account, commitment);
    if (world_.befalls(FaultKind::kDropped, faults.drop_extrinsic)) {
      world_.advance(blocks(world_, world_.options.mortality + world_.options.finality_lag + 1));
      return fail(died());
    }
    if (world_.befalls(FaultKind::kLost, faults.lose_extrinsic)) {
      const std::uint64_t value = world_.befallen ? world_.befallen->value : world_.random.next();
      const bool lands = value % 2 == 0;
      const std::uint64_t block = next + (value >> 8) % world_.options.mortality;
      if (lands) world_.chain.pending.push_back({block, account, commitment});
      return fail(Fault::kUnknownOutcome, "the connection was lost after sending", "observe first");
    }
    return include(world_, account, commitment);
  });
  if (world_.witness)
    world_.witness->commit_answered(result ? std::nullopt : std::optional(result.error().fault));
  return result;
}

}  // namespace reconcile::sim
