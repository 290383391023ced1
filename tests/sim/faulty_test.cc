#include "reconciler/sim/faulty.h"

#include <gmock/gmock.h>

#include "reconciler/sim/sim_chain.h"
#include "reconciler/sim/sim_store.h"

namespace reconcile::sim {
namespace {

using When = FaultScript::When;

const Error kLost{Fault::kUnknownOutcome, "lost", "read back"};

class FaultyTest : public testing::Test {
 protected:
  FaultyTest() { world_.bucket.exists = true; }
  Result<PutReceipt> put(const std::string& key) { return store_.put(ObjectKey(key), body_of("x"), {}); }

  World world_{{}};
  SimStore inner_{world_};
  SimChain inner_chain_{world_};
  FaultScript script_;
  FaultyStore store_{inner_, script_};
  FaultyChain chain_{inner_chain_, script_};
};

TEST_F(FaultyTest, FailsExactlyTheNamedCallBeforeItsEffect) {
  script_.fail("put", 2, When::kBefore, kLost);
  EXPECT_TRUE(put("a"));
  ASSERT_FALSE(put("b"));
  EXPECT_TRUE(put("c"));
  EXPECT_FALSE(world_.bucket.objects.contains("b"));
  EXPECT_EQ(script_.count("put"), 3u);
  EXPECT_EQ(script_.count("head"), 0u);
  EXPECT_THAT(script_.calls(), testing::ElementsAre("put a", "put b", "put c"));
}

TEST_F(FaultyTest, FailsAfterTheEffect) {
  script_.fail("put", 1, When::kAfter, kLost);
  EXPECT_EQ(put("a").error(), kLost);
  EXPECT_TRUE(world_.bucket.objects.contains("a"));
}

TEST_F(FaultyTest, FailsEveryCallWhenAskedTo) {
  script_.fail("remove", FaultScript::kEvery, When::kBefore, kLost);
  ASSERT_TRUE(put("a"));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(store_.remove(ObjectKey("a")));
  EXPECT_TRUE(world_.bucket.objects.contains("a"));
}

TEST_F(FaultyTest, LetsSomebodyElseActInBetween) {
  script_.at("put", 1, When::kBefore,
             [&] { ASSERT_TRUE(inner_.put(ObjectKey("a"), body_of("theirs"), {})); });
  PutOptions options;
  options.only_if_absent = true;
  EXPECT_EQ(store_.put(ObjectKey("a"), body_of("ours"), options).error().fault, Fault::kConflict);
}

TEST_F(FaultyTest, GivesThePagesBeforeAListingFails) {
  ASSERT_TRUE(put("a"));
  script_.fail("list", 1, When::kAfter, {Fault::kTransient, "broken off", "list again"});
  std::size_t keys = 0;
  const PageSink sink = [&](std::vector<ListedObject>&& page) { return (keys += page.size()) > 0; };
  EXPECT_FALSE(store_.list("", "", sink));
  EXPECT_EQ(keys, 1u);
}

TEST_F(FaultyTest, LosesTheAnswerOfACommit) {
  const Account account{13, "hotkey"};
  const Commitment commitment{{{Field::Kind::kRaw, {1, 2, 3}}}};
  script_.fail("commit", 1, When::kAfter, kLost);
  script_.fail("observe", 1, When::kBefore, {Fault::kTransient, "no answer", "try again"});
  EXPECT_EQ(chain_.commit(account, commitment).error().fault, Fault::kUnknownOutcome);
  EXPECT_FALSE(chain_.observe(account));
  EXPECT_TRUE(same_bytes(commitment, *chain_.observe(account).value().commitment));
}

TEST_F(FaultyTest, PassesEveryOtherMethodThrough) {
  EXPECT_TRUE(store_.create_bucket());
  EXPECT_TRUE(store_.bucket_exists().value());
  ASSERT_TRUE(put("a"));
  EXPECT_TRUE(store_.head(ObjectKey("a")).value());
  EXPECT_EQ(store_.get(ObjectKey("a"), Bytes(1)).value(), "x");
  EXPECT_TRUE(store_.renew(ObjectKey("a")));
  EXPECT_TRUE(store_.lifecycle().value().rules.empty());
  EXPECT_TRUE(store_.set_lifecycle({}));
  EXPECT_EQ(store_.public_url(ObjectKey("a")), inner_.public_url(ObjectKey("a")));
  EXPECT_EQ(store_.capabilities(), inner_.capabilities());
}

}  // namespace
}  // namespace reconcile::sim
