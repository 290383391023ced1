// Questions over HTTP and WebSocket to a development node that misbehaves on command.

#include "tests/chain/rpc/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::chain {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace testing;
using std::chrono::steady_clock;

TEST(RpcQuestion, IsAnsweredOverHttpAndWebSocket) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    SCOPED_TRACE(url);
    const auto rpc = rpc_to({url});
    EXPECT_EQ(ask(*rpc).value(), "Development");
    EXPECT_EQ(rpc->ask("chain_getBlockHash", {0}, {}).value(), node.genesis());
    EXPECT_EQ(rpc->genesis().value(), node.genesis());
  }
  const json connections = node.record()["connections"];
  EXPECT_EQ(connections["http"], 1) << "one connection carries every question";
  EXPECT_EQ(connections["ws"], 1);
}

TEST(RpcQuestion, TellsWhatTheNodeRefused) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    SCOPED_TRACE(url);
    const auto rpc = rpc_to({url});
    EXPECT_EQ(words(ask(*rpc, "no_such")), "unsupported: no_such: " + url + ": -32601: Method not found");
    node.fault({{"kind", "error"},
                {"method", "system_chain"},
                {"code", 4003},
                {"message", "State already discarded"}});
    EXPECT_EQ(words(ask(*rpc)), "transient: system_chain: " + url + ": 4003: State already discarded");
    EXPECT_TRUE(ask(*rpc));
    EXPECT_EQ(rpc->notes().size(), 1u) << "a refusal does not make an endpoint ill; the genesis was learned";
  }
}

TEST(RpcQuestion, RefusesSpoiltRepliesAndIsAnsweredAfterwards) {
  const DevNode node;
  const auto spoilt = [&](const std::string& url, const char* kind) {
    const auto rpc = rpc_to({url});
    EXPECT_TRUE(ask(*rpc));
    node.fault({{"kind", kind}, {"method", "system_chain"}});
    const std::string out = words(ask(*rpc));
    EXPECT_EQ(words(ask(*rpc)), "fine") << url << kind;
    return out;
  };
  for (const std::string& url : ways_to(node)) {
    const std::string start = "transient: system_chain: " + url + ": the reply is no JSON-RPC answer: ";
    EXPECT_EQ(spoilt(url, "nested"), start + "nested deeper than 64 levels");
    EXPECT_EQ(spoilt(url, "garbage"), start + "it is not JSON");
    EXPECT_EQ(spoilt(url, "empty"), start + "it is empty");
    EXPECT_EQ(spoilt(url, "no-result"), start + "it has neither a result nor an error");
    EXPECT_EQ(spoilt(url, "no-code"), "transient: system_chain: " + url + ": something failed");
  }
  EXPECT_THAT(spoilt(node.http(), "wrong-id"), HasSubstr("it answers another question"));
  EXPECT_THAT(spoilt(node.http(), "twice"), HasSubstr("it is not JSON"));
  EXPECT_EQ(spoilt(node.ws(), "twice"), "fine") << "the second message answers nothing and is skipped";
}

TEST(RpcQuestion, OverWebSocketIsNotAnsweredByTheAnswerToAnother) {
  const DevNode node;
  const auto rpc = rpc_to({node.ws()});
  ASSERT_TRUE(ask(*rpc));
  node.fault({{"kind", "wrong-id"}, {"method", "system_chain"}});
  EXPECT_THAT(words(ask(*rpc, "system_chain", milliseconds(300))),
              HasSubstr("no answer in time, after 1 that answered nothing asked"));
  // The answer that comes too late finds the connection closed.
  node.fault({{"kind", "slow"}, {"method", "system_chain"}, {"ms", 600}});
  EXPECT_THAT(words(ask(*rpc, "system_chain", milliseconds(300))), HasSubstr("no answer in time"));
  EXPECT_EQ(ask(*rpc, "system_name").value(), ask(*rpc_to({node.http()}), "system_name").value());
}

TEST(RpcQuestion, IsAskedAgainOnAFreshConnectionWhenAKeptOneDied) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    SCOPED_TRACE(url);
    for (const char* kind : {"cut-before", "cut-after"}) {
      const auto rpc = rpc_to({url});
      ASSERT_TRUE(ask(*rpc));
      node.fault({{"kind", kind}, {"method", "system_chain"}});
      EXPECT_EQ(words(ask(*rpc)), "fine") << kind;
      node.fault({{"kind", kind}, {"method", "system_chain"}, {"count", 100}});
      const int before = node.asked("system_chain");
      EXPECT_THAT(words(ask(*rpc)), StartsWith("transient: system_chain: " + url)) << kind;
      EXPECT_LE(node.asked("system_chain") - before, 8) << "it does not go on for ever";
      node.clear();
      EXPECT_EQ(words(ask(*rpc)), "fine") << kind;
    }
  }
}

TEST(RpcQuestion, NoticesAnAnswerThatBreaksOff) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    const auto rpc = rpc_to({url});
    ASSERT_TRUE(ask(*rpc));
    node.fault({{"kind", "cut-middle"}, {"method", "system_chain"}, {"count", 100}});
    EXPECT_THAT(words(ask(*rpc)), StartsWith("transient: system_chain: " + url));
    node.clear();
  }
}

TEST(RpcQuestion, EndsAtItsDeadlineWhateverTheNodeDoes) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    for (const json& fault : {json{{"kind", "hang"}}, json{{"kind", "slow"}, {"ms", 60'000}},
                              json{{"kind", "slow"}, {"ms", 1}, {"dripMs", 50}}}) {
      SCOPED_TRACE(url + fault.dump());
      const auto rpc = rpc_to({url});
      ASSERT_TRUE(ask(*rpc));
      json armed = fault;
      armed["method"] = "system_chain";
      armed["count"] = 5;
      node.fault(armed);
      const auto start = steady_clock::now();
      EXPECT_THAT(words(ask(*rpc, "system_chain", milliseconds(400))), StartsWith("transient: "));
      EXPECT_LT(steady_clock::now() - start, milliseconds(3000));
      node.clear();
    }
  }
}

TEST(RpcQuestion, ReadsNoMoreOfAnEndlessAnswerThanItsLimit) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    const auto rpc = rpc_to({url});
    ASSERT_TRUE(ask(*rpc));
    node.fault({{"kind", "endless"}, {"method", "system_chain"}});
    const auto start = steady_clock::now();
    EXPECT_EQ(words(ask(*rpc)),
              "invalid-input: system_chain: " + url + ": the answer is longer than 1048576 bytes");
    EXPECT_LT(steady_clock::now() - start, milliseconds(10'000)) << "1 GB was not waited for";
    EXPECT_EQ(words(ask(*rpc)), "fine");
  }
}

TEST(RpcQuestion, TakesAnAnswerOfExactlyItsLimit) {
  const DevNode node;
  const std::size_t size = std::string(R"({"jsonrpc":"2.0","id":2,"result":"Development"})").size();
  for (const std::string& url : ways_to(node)) {
    EXPECT_EQ(words(rpc_to({url})->ask("system_chain", json::array(), {.answer_max = Bytes(size)})), "fine")
        << url;
    EXPECT_THAT(words(rpc_to({url})->ask("system_chain", json::array(), {.answer_max = Bytes(size - 1)})),
                HasSubstr("longer than"))
        << url;
  }
}

TEST(RpcQuestion, HonoursRetryAfter) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    SCOPED_TRACE(url);
    const bool ws = url.starts_with("ws");
    Hand hand;
    const auto rpc = rpc_to(RpcOptions{.endpoints = {url}, .now = hand.read()});
    const char* method = ws ? "upgrade" : "chain_getBlockHash";
    node.fault({{"kind", "http"}, {"method", method}, {"status", 429}, {"retryAfter", 60}});
    EXPECT_EQ(words(ask(*rpc)), "quota: system_chain: " + url + " answered HTTP 429");
    const int before = node.asked("chain_getBlockHash");
    EXPECT_EQ(words(ask(*rpc)), "quota: system_chain: " + url + " asked to wait, 60 s are left");
    hand.time += Seconds(59);
    EXPECT_EQ(words(ask(*rpc)), "quota: system_chain: " + url + " asked to wait, 1 s are left");
    EXPECT_EQ(node.asked("chain_getBlockHash"), before);
    hand.time += Seconds(1);
    EXPECT_EQ(words(ask(*rpc)), "fine");
  }
}

TEST(RpcQuestion, TellsAServerThatIsNoNode) {
  const DevNode node;
  for (const int status : {301, 401, 404}) {
    node.fault({{"kind", "http"}, {"status", status}, {"headers", {{"location", "http://127.0.0.1:1/"}}}});
    EXPECT_THAT(words(ask(*rpc_to({node.http()}))),
                AllOf(StartsWith("invalid-input: "), HasSubstr(std::to_string(status))));
    node.fault({{"kind", "http"}, {"method", "upgrade"}, {"status", status}});
    EXPECT_THAT(words(ask(*rpc_to({node.ws()}))),
                AllOf(StartsWith("invalid-input: "), HasSubstr(std::to_string(status))));
  }
}

TEST(RpcQuestion, NamesNoPathOfAnEndpoint) {
  const DevNode node;
  for (const std::string& url : ways_to(node)) {
    const auto rpc = rpc_to({url + "/v1/s3cret?key=t0ken"});
    node.fault({{"kind", "garbage"}, {"count", 100}});
    const std::string text = words(ask(*rpc));
    EXPECT_THAT(text, AllOf(Not(HasSubstr("s3cret")), Not(HasSubstr("t0ken")), HasSubstr(url)));
    node.clear();
    EXPECT_EQ(words(ask(*rpc)), "fine") << "but the path is used";
  }
}

TEST(RpcOptions, RefusesAddressesThatAreNotToBeUsed) {
  const auto refusal = [](const std::string& url) {
    const auto made = connect({.endpoints = {url}});
    return made                                         ? "accepted"
           : made.error().fault == Fault::kInvalidInput ? made.error().cause
                                                        : "another fault";
  };
  EXPECT_THAT(refusal("http://node.example:9944"),
              HasSubstr("http://node.example:9944: an endpoint on another machine"));
  EXPECT_THAT(refusal("ws://192.0.2.1/token"), HasSubstr("ws://192.0.2.1: an endpoint on another machine"));
  EXPECT_THAT(refusal("wss://user:pass@node.example"),
              AllOf(HasSubstr("wss://node.example"), Not(HasSubstr("pass@"))));
  for (const char* url :
       {"", "node.example", "ftp://node.example", "wsss://node.example", "wss://", "wss:node", "https:// x"})
    EXPECT_NE(refusal(url), "accepted") << url;
  for (const char* url : {"ws://localhost:9944", "ws://127.0.0.1:9944", "ws://[::1]:9944", "http://127.0.0.1",
                          "wss://node.example", "https://node.example/path"})
    EXPECT_EQ(refusal(url), "accepted") << url;
}

TEST(RpcOptions, RefusesNoneOrTooManyEndpointsAndWhatIsNoHash) {
  EXPECT_FALSE(connect({}));
  EXPECT_FALSE(connect({.endpoints = std::vector<std::string>(kEndpointsMax + 1, "wss://h")}));
  EXPECT_FALSE(connect({.endpoints = {"wss://h"}, .expected_genesis = "0x12"}));
  EXPECT_FALSE(connect({.endpoints = {"wss://h"}, .expected_genesis = std::string(66, 'a')}));
  EXPECT_TRUE(connect({.endpoints = {"wss://h"}, .expected_genesis = kFinneyGenesis}));
  for (const char* url : {"wss://h", "https://h"}) {
    EXPECT_FALSE(connect({.endpoints = {url}, .ca_file = "/nonexistent.pem"}));
    EXPECT_FALSE(connect({.endpoints = {url}, .ca_file = "/proc/version"}));
  }
}

}  // namespace
}  // namespace reconcile::chain
