// Several endpoints: who is asked next, and who is never asked because it is on another network.

#include "tests/chain/rpc/support.h"
#include "tests/net/http_imposter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::chain {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;
using namespace testing;

std::string nobody(const char* scheme) {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(reconcile::testing::refused_port());
}

TEST(RpcFailover, AsksTheSecondNodeWhenTheFirstWasKilledAndKeepsIt) {
  for (std::size_t way = 0; way < 2; ++way) {
    Hand hand;
    DevNode first;
    const DevNode second({"--genesis-hash", first.genesis()});
    const std::string url = ways_to(first)[way];
    const auto rpc = rpc_to(RpcOptions{
        .endpoints = {url, ways_to(second)[way]}, .expected_genesis = first.genesis(), .now = hand.read()});
    ASSERT_TRUE(ask(*rpc));
    EXPECT_EQ(second.asked("system_chain"), 0);
    EXPECT_TRUE(rpc->notes().empty());
    first.kill();
    EXPECT_EQ(words(ask(*rpc)), "fine");
    EXPECT_THAT(rpc->notes(), ElementsAre(StartsWith("asked last for a while: " + url)));

    const DevNode again({"--genesis-hash", first.genesis(), "--port", url.substr(url.rfind(':') + 1)});
    hand.time += Seconds(3600);
    EXPECT_EQ(words(ask(*rpc)), "fine");
    EXPECT_EQ(again.asked("system_chain"), 0) << "the one that works is kept";
    EXPECT_EQ(second.asked("system_chain"), 2);
  }
}

TEST(RpcFailover, SaysWhatEachEndpointDid) {
  const std::string http = nobody("http"), ws = nobody("ws");
  const std::string text = words(ask(*rpc_to({http, ws})));
  EXPECT_THAT(text, AllOf(StartsWith("transient: system_chain: no endpoint answered: " + http + ": "),
                          HasSubstr("; " + ws + ": connecting: Connection refused")));
}

TEST(RpcFailover, LeavesTimeForTheSecondNodeWhenTheFirstHangs) {
  const DevNode first;
  const DevNode second({"--genesis-hash", first.genesis()});
  for (std::size_t way = 0; way < 2; ++way) {
    const auto rpc = rpc_to({ways_to(first)[way], ways_to(second)[way]});
    first.fault({{"kind", "hang"}, {"method", "chain_getBlockHash"}});
    EXPECT_EQ(words(ask(*rpc, "system_chain", milliseconds(4000))), "fine");
  }
}

TEST(RpcFailover, AsksTheNextNodeAfterAnInternalErrorBeforeGivingIt) {
  const DevNode first;
  const DevNode second({"--genesis-hash", first.genesis()});
  const json internal = {
      {"kind", "error"}, {"method", "system_chain"}, {"code", -32603}, {"message", "Internal error"}};
  const auto rpc = rpc_to({first.http(), second.http()});
  first.fault(internal);
  EXPECT_EQ(words(ask(*rpc)), "fine");
  EXPECT_EQ(second.asked("system_chain"), 1);
  first.fault(internal);
  second.fault(internal);
  EXPECT_THAT(words(ask(*rpc)),
              AllOf(StartsWith("transient: "), HasSubstr(first.http() + ": -32603: Internal error"),
                    HasSubstr(second.http() + ": -32603: Internal error")));
}

TEST(RpcNetwork, AnEndpointOfAnotherNetworkIsNeverUsed) {
  const DevNode other({"--genesis-hash", kTestGenesis});
  const DevNode ours({"--genesis-hash", kFinneyGenesis});
  for (std::size_t way = 0; way < 2; ++way) {
    const std::string url = ways_to(other)[way];
    const auto rpc =
        rpc_to(RpcOptions{.endpoints = {url, ways_to(ours)[way]}, .expected_genesis = kFinneyGenesis});
    EXPECT_EQ(words(ask(*rpc)), "fine");
    EXPECT_EQ(words(rpc->submit("0x00")), "fine");
    EXPECT_EQ(rpc->genesis().value(), kFinneyGenesis);
    EXPECT_THAT(rpc->notes(),
                ElementsAre("never used again: " + url + " is on another network: its genesis is " +
                            kTestGenesis + " (test), expected is " + kFinneyGenesis + " (finney)"));
    EXPECT_EQ(other.asked("chain_getBlockHash"), static_cast<int>(way) + 1) << "once a process";
  }
  const json requests = other.record()["requests"];
  EXPECT_THAT(requests, SizeIs(1)) << "nothing but the genesis was asked: " << requests;
}

TEST(RpcNetwork, AloneOnAnotherNetworkIsForAHumanToMend) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    const auto rpc = rpc_to(RpcOptions{.endpoints = {url}, .expected_genesis = kFinneyGenesis});
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT(words(ask(*rpc)),
                  StartsWith("invalid-input: system_chain: " + url + " is on another network"));
      EXPECT_THAT(words(rpc->genesis()), StartsWith("invalid-input: "));
    }
    EXPECT_EQ(ask(*rpc).error().remedy, "check spec.commitment.network, endpoints and genesisHash");
  }
}

TEST(RpcNetwork, WithoutAnExpectedGenesisTheFirstAnswerBindsTheOthers) {
  DevNode first;
  const DevNode other({"--genesis-hash", kTestGenesis});
  const auto rpc = rpc_to({first.ws(), other.ws()});
  EXPECT_EQ(rpc->genesis().value(), first.genesis());
  EXPECT_THAT(rpc->notes(),
              ElementsAre(HasSubstr("genesis " + first.genesis() + " learned from " + first.ws())));
  first.kill();
  EXPECT_THAT(words(ask(*rpc)), HasSubstr(first.ws() + " has " + first.genesis()));
  EXPECT_EQ(other.asked("system_chain"), 0);
}

TEST(RpcNetwork, ANodeThatComesBackOnAnotherNetworkIsLeft) {
  for (std::size_t way = 0; way < 2; ++way) {
    DevNode before;
    const std::string url = ways_to(before)[way];
    const auto rpc = rpc_to({url});
    ASSERT_TRUE(ask(*rpc));
    before.kill();
    if (way == 0) {
      // Over HTTP the change is noticed once something failed; a submission looks in any case.
      EXPECT_THAT(words(ask(*rpc)), StartsWith("transient: "));
    }
    const DevNode after({"--genesis-hash", kTestGenesis, "--port", std::to_string(before.port())});
    EXPECT_THAT(words(ask(*rpc)), HasSubstr("is on another network"));
    EXPECT_EQ(after.asked("system_chain"), 0);
  }
}

TEST(RpcNetwork, AGenesisThatIsNoHashIsNotBelieved) {
  const DevNode node;
  for (const json& value : {json(nullptr), json("0x12"), json(7), json(std::string(66, 'x'))}) {
    const auto rpc = rpc_to({node.http()});
    node.fault({{"kind", "replace"}, {"method", "chain_getBlockHash"}, {"value", value}});
    EXPECT_EQ(words(ask(*rpc)), "transient: system_chain: " + node.http() + ": its genesis is no hash");
    EXPECT_EQ(rpc->genesis().value(), node.genesis());
  }
}

}  // namespace
}  // namespace reconcile::chain
