#include "reconciler/chain/node/budget.h"

#include <algorithm>

namespace reconcile::chain {
namespace {

std::uint64_t reset_by_counter(const BudgetInputs& in) {
  if (in.tempo == 0) return 0;
  std::uint64_t due = in.last_epoch_block + in.tempo;
  if (in.pending_epoch_at > 0) due = std::min(due, in.pending_epoch_at);
  return std::max(due, in.block + 1);
}

std::uint64_t reset_by_blocks(const BudgetInputs& in) {
  const std::uint64_t length = in.tempo + 1;
  const std::uint64_t phase = (in.block + in.netuid + 1) % length;
  return in.block + (length - phase);
}

}  // namespace

SpaceBudget space_budget(const BudgetInputs& in) {
  const std::uint64_t epoch = in.epoch_index ? *in.epoch_index : (in.block + in.netuid + 1) / (in.tempo + 1);
  return {.max = in.space_max,
          .used = in.used_epoch == epoch ? in.used_space : 0,
          .reset_block = in.epoch_index ? reset_by_counter(in) : reset_by_blocks(in)};
}

}  // namespace reconcile::chain
