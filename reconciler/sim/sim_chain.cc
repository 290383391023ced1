#include "reconciler/sim/sim_chain.h"

#include "reconciler/sim/fate.h"

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

Result<Inclusion> include(World& world, const Account& account, const Commitment& commitment) {
  const std::uint64_t block = world.head_block() + 1;
  world.chain.pending.push_back({block, account, commitment});
  world.advance(blocks(world, world.options.finality_lag + 1));
  return Inclusion{block, "sim-" + std::to_string(block)};
}

}  // namespace

Result<ChainView> SimChain::observe(const Account& account) {
  return run_call<ChainView>(world_, "observe", account.hotkey, false, [&]() -> Result<ChainView> {
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
  return run_call<Inclusion>(world_, "commit", account.hotkey, true, [&]() -> Result<Inclusion> {
    TRY(check(commitment));
    const Faults& faults = world_.options.faults;
    if (world_.chain.unregistered.contains(account))
      return fail(Fault::kDenied, account.hotkey + " is not registered", "register it");
    const std::uint64_t next = world_.head_block() + 1;
    const std::uint64_t cost = budget_cost(commitment);
    if (world_.options.epoch_bytes_max &&
        used_bytes(world_, account, next) + cost > *world_.options.epoch_bytes_max)
      return fail(Fault::kQuota, "over the byte budget of this epoch", "wait for the next epoch");
    if (world_.random.roll(faults.drop_extrinsic)) {
      world_.advance(blocks(world_, world_.options.mortality + world_.options.finality_lag + 1));
      return fail(Fault::kTransient, "the extrinsic died unincluded", "commit again");
    }
    if (world_.random.roll(faults.lose_extrinsic)) {
      const bool lands = world_.random.roll(50);
      const std::uint64_t block = next + world_.random.below(world_.options.mortality);
      if (lands) world_.chain.pending.push_back({block, account, commitment});
      return fail(Fault::kUnknownOutcome, "the connection was lost after sending", "observe first");
    }
    return include(world_, account, commitment);
  });
}

}  // namespace reconcile::sim
