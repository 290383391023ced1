#pragma once
// The byte budget of a hotkey on a subnet, and when it starts anew: pure arithmetic over what the chain says.

#include <cstdint>
#include <optional>

namespace reconcile::chain {

/// What the chain's state says; blocks are numbers.
struct BudgetInputs {
  std::uint64_t block = 0;  ///< the finalized block that all this was read at
  std::uint16_t netuid = 0;
  std::uint64_t tempo = 360;       ///< SubtensorModule.Tempo, in blocks
  std::uint64_t space_max = 3100;  ///< Commitments.MaxSpace, in bytes
  /// SubtensorModule.SubnetEpochIndex; absent on runtimes before May 2026, which number epochs by blocks.
  std::optional<std::uint64_t> epoch_index;
  std::uint64_t last_epoch_block = 0;  ///< SubtensorModule.LastEpochBlock; with a counter only
  std::uint64_t pending_epoch_at = 0;  ///< SubtensorModule.PendingEpochAt; 0: none
  /// Commitments.UsedSpaceOf: how much was used in which epoch. Absent: nothing ever.
  std::uint64_t used_epoch = 0;
  std::uint64_t used_space = 0;
};

struct SpaceBudget {
  std::uint64_t max = 0;
  std::uint64_t used = 0;         ///< 0 once the epoch moved on, whatever is stored: the chain resets lazily
  std::uint64_t reset_block = 0;  ///< the first block of the next epoch; 0: epochs do not run (tempo 0)
};

/// pallet Commitments, set_commitment: usage counts within one epoch index. With a counter an epoch ends
/// `tempo` blocks after the last one, or at the pending block; before it, block b begins one when
/// (b + netuid + 1) is a multiple of (tempo + 1).
SpaceBudget space_budget(const BudgetInputs& in);

}  // namespace reconcile::chain
