#include "reconciler/chain/node/follow.h"

#include "tests/chain/support/scripted_rpc.h"

#include <gtest/gtest.h>

#include "reconciler/chain/node/answers.h"

namespace reconcile::chain {
namespace {

using testing::ScriptedRpc;
using Milliseconds = std::chrono::milliseconds;

const SignedExtrinsic kExtrinsic{{0xca, 0xfe}, hash_of_extrinsic(ByteVector{0xca, 0xfe})};
constexpr const char* kHex = "0xcafe";

class Following : public ::testing::Test {
 protected:
  // Signed at block 100 with an era of 64: blocks 101 to 163 may include it.
  Result<std::variant<Included, Died>> run() {
    return follow(rpc_, kExtrinsic,
                  {.first_block = 101,
                   .death = 164,
                   .pause =
                       [this](Milliseconds wait) {
                         time_ += wait;
                         return !stop_;
                       },
                   .now = [this] { return time_; }});
  }
  ScriptedRpc rpc_;
  std::chrono::steady_clock::time_point time_{};
  bool stop_ = false;
};

TEST_F(Following, FindsItInTheFirstBlockThatMayHoldIt) {
  rpc_.extrinsics[101] = {"0x00", kHex};
  const auto fate = run();
  ASSERT_TRUE(fate) << fate.error().cause;
  const auto& included = std::get<Included>(*fate);
  EXPECT_EQ(included.block.number, 101u);
  EXPECT_EQ(included.place, 1u);
  EXPECT_EQ(hex_of(included.block.hash.get()), ScriptedRpc::hash_of(101));
}

TEST_F(Following, FindsItInTheLastBlockOfItsEra) {
  rpc_.extrinsics[163] = {kHex};
  const auto fate = run();
  ASSERT_TRUE(fate);
  EXPECT_EQ(std::get<Included>(*fate).block.number, 163u);
}

TEST_F(Following, SaysThatItDiedOnlyWhenEveryBlockOfItsEraWasRead) {
  rpc_.advance = 200;  // the whole era is finalized at once
  rpc_.extrinsics[163] = {kHex};
  ASSERT_TRUE(std::holds_alternative<Included>(run().value()));

  rpc_ = ScriptedRpc();
  rpc_.extrinsics[164] = {kHex};  // cannot happen on a real chain; not looked at
  const auto fate = run();
  ASSERT_TRUE(fate);
  EXPECT_EQ(std::get<Died>(*fate).block, 164u);
  EXPECT_GE(rpc_.head, 163u);
}

TEST_F(Following, HandsTheSameBytesInAgainWhileTheyAreNotIncluded) {
  rpc_.extrinsics[120] = {kHex};
  ASSERT_TRUE(run());
  EXPECT_EQ(rpc_.submitted, (std::vector<std::string>{kHex, kHex})) << "after 8 and after 16 blocks";
}

TEST_F(Following, DoesNotHandItInAgainWhileItOnlyCatchesUp) {
  rpc_.advance = 60;  // many blocks are finalized at once
  rpc_.extrinsics[150] = {kHex};
  ASSERT_TRUE(run());
  EXPECT_EQ(rpc_.submitted, std::vector<std::string>{});
}

TEST_F(Following, GoesOnWhenNobodyAnswersForAWhile) {
  for (int i = 0; i < 20; ++i) rpc_.failures.push_back({Fault::kTransient, "no answer", ""});
  rpc_.extrinsics[102] = {kHex};
  const auto fate = run();
  ASSERT_TRUE(fate) << fate.error().cause;
  EXPECT_TRUE(std::holds_alternative<Included>(*fate));
}

TEST_F(Following, DoesNotKnowWhenFinalityStandsStill) {
  rpc_.advance = 0;
  const auto fate = run();
  ASSERT_FALSE(fate);
  EXPECT_EQ(fate.error().fault, Fault::kUnknownOutcome);
  EXPECT_NE(fate.error().cause.find("no new block was finalized"), std::string::npos);
  EXPECT_NE(fate.error().remedy.find("until block 164"), std::string::npos);
}

TEST_F(Following, DoesNotKnowWhenItIsAskedToStop) {
  rpc_.on_look = [this] { stop_ = true; };
  const auto fate = run();
  ASSERT_FALSE(fate);
  EXPECT_EQ(fate.error().fault, Fault::kUnknownOutcome);
}

TEST_F(Following, IsNotFooledByANodeThatLagsBehind) {
  int looks = 0;
  rpc_.on_look = [&] {
    if (++looks == 3) rpc_.head = 90;  // another endpoint, far behind
  };
  rpc_.extrinsics[105] = {kHex};
  const auto fate = run();
  ASSERT_TRUE(fate);
  EXPECT_EQ(std::get<Included>(*fate).block.number, 105u);
}

}  // namespace
}  // namespace reconcile::chain
