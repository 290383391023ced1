#include "reconciler/sim/sim_chain.h"

#include <gtest/gtest.h>

namespace reconcile::sim {
namespace {

const Account kAccount{13, "hotkey"};

Commitment raw(std::string_view text) {
  return {{{Field::Kind::kRaw, ByteVector(text.begin(), text.end())}}};
}

TEST(SimChain, ShowsACommitmentOnlyOnceItIsFinal) {
  World world({});
  SimChain chain(world);
  world.chain.pending.push_back({world.head_block() + 1, kAccount, raw("x")});
  world.advance(Seconds(12));
  EXPECT_EQ(world.chain.included.size(), 1u);
  EXPECT_FALSE(chain.observe(kAccount).value().commitment);
  world.advance(Seconds(36));
  EXPECT_TRUE(chain.observe(kAccount).value().commitment);
}

TEST(SimChain, TakesTheTimeThatFinalityTakes) {
  World world({});
  SimChain chain(world);
  const Instant before = world.now;
  ASSERT_TRUE(chain.commit(kAccount, raw("x")));
  EXPECT_EQ(world.now - before, Seconds(48));
}

TEST(SimChain, NeverIncludesADroppedExtrinsic) {
  World world({.faults = {.drop_extrinsic = 100}});
  SimChain chain(world);
  EXPECT_EQ(chain.commit(kAccount, raw("x")).error().fault, Fault::kTransient);
  world.advance(Seconds(86400));
  EXPECT_FALSE(chain.observe(kAccount).value().commitment);
}

TEST(SimChain, LandsLostExtrinsicsLaterOrNever) {
  World world({.faults = {.lose_extrinsic = 100}});
  SimChain chain(world);
  int landed = 0;
  for (int i = 0; i < 40; ++i) {
    const Account account{1, std::to_string(i)};
    EXPECT_EQ(chain.commit(account, raw("x")).error().fault, Fault::kUnknownOutcome);
    EXPECT_FALSE(chain.observe(account).value().commitment);
    world.advance(Seconds(12 * 70));  // beyond its mortality
    if (chain.observe(account).value().commitment) ++landed;
  }
  EXPECT_GT(landed, 5);
  EXPECT_LT(landed, 35);
}

TEST(SimChain, RefusesTheUnregistered) {
  World world({});
  SimChain chain(world);
  world.chain.unregistered.insert(kAccount);
  EXPECT_EQ(chain.commit(kAccount, raw("x")).error().fault, Fault::kDenied);
  EXPECT_FALSE(chain.observe(kAccount).value().registered);
  EXPECT_TRUE(world.chain.included.empty());
}

TEST(SimChain, SpendsTheEpochsBudgetAndGetsItBack) {
  World world({.epoch_bytes_max = 250});
  SimChain chain(world);
  ASSERT_TRUE(chain.commit(kAccount, raw("x")));  // at least 100 bytes each
  ASSERT_TRUE(chain.commit(kAccount, raw("y")));
  const CommitBudget budget = *chain.observe(kAccount).value().budget;
  EXPECT_EQ(budget.max, 250u);
  EXPECT_EQ(budget.used, 200u);
  EXPECT_EQ(chain.commit(kAccount, raw("z")).error().fault, Fault::kQuota);
  ASSERT_TRUE(chain.commit({13, "another"}, raw("z")));
  world.advance(budget.reset_at - world.now);
  EXPECT_TRUE(chain.commit(kAccount, raw("z")));
}

TEST(SimChain, LosesAnswersOfWhatHappened) {
  World world({.faults = {.fail_after = 100}});
  SimChain chain(world);
  EXPECT_EQ(chain.commit(kAccount, raw("x")).error().fault, Fault::kUnknownOutcome);
  EXPECT_EQ(world.chain.included.size(), 1u);
}

}  // namespace
}  // namespace reconcile::sim
