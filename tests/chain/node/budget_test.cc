#include "reconciler/chain/node/budget.h"

#include <gtest/gtest.h>

namespace reconcile::chain {
namespace {

TEST(SpaceBudget, CountsOnlyWhatThisEpochUsed) {
  BudgetInputs in{.block = 1000, .netuid = 13, .epoch_index = 7, .last_epoch_block = 900};
  in.used_epoch = 7;
  in.used_space = 300;
  EXPECT_EQ(space_budget(in).used, 300u);
  in.used_epoch = 6;  // the chain resets lazily: the old number stays stored until the next commit
  EXPECT_EQ(space_budget(in).used, 0u);
  EXPECT_EQ(space_budget(in).max, 3100u);
}

TEST(SpaceBudget, ResetsTempoBlocksAfterTheLastEpoch) {
  BudgetInputs in{.block = 1000, .netuid = 13, .epoch_index = 7, .last_epoch_block = 900};
  EXPECT_EQ(space_budget(in).reset_block, 1260u);
  in.pending_epoch_at = 1100;
  EXPECT_EQ(space_budget(in).reset_block, 1100u);
  in.pending_epoch_at = 2000;
  EXPECT_EQ(space_budget(in).reset_block, 1260u);
  in.last_epoch_block = 0;  // overdue: with the next block
  in.pending_epoch_at = 0;
  EXPECT_EQ(space_budget(in).reset_block, 1001u);
  in.tempo = 0;
  EXPECT_EQ(space_budget(in).reset_block, 0u) << "epochs do not run";
}

// subtensor before May 2026: an epoch is run in block b when (b + netuid + 1) % (tempo + 1) == 0.
TEST(SpaceBudget, FollowsTheOlderRuleWhereThereIsNoCounter) {
  for (std::uint64_t block = 1; block < 2000; ++block) {
    const BudgetInputs in{.block = block, .netuid = 13, .tempo = 360};
    const std::uint64_t reset = space_budget(in).reset_block;
    ASSERT_GT(reset, block);
    ASSERT_LE(reset, block + 361);
    ASSERT_EQ((reset + 13 + 1) % 361, 0u);
    BudgetInputs used = in;
    used.used_epoch = (block + 14) / 361;
    used.used_space = 1;
    ASSERT_EQ(space_budget(used).used, 1u);
    used.block = reset;
    ASSERT_EQ(space_budget(used).used, 0u) << "the epoch's number changes with that very block";
    used.block = reset - 1;
    ASSERT_EQ(space_budget(used).used, 1u);
  }
}

}  // namespace
}  // namespace reconcile::chain
