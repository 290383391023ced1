#include "reconciler/chain/rpc/reply.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/utf8.h"

namespace reconcile::chain {
namespace {

using nlohmann::json;

/// Why `text` is no reply to 7; "accepted" when it is one.
std::string refusal(std::string_view text) {
  const auto answer = read_reply(text, 7);
  if (answer) return "accepted";
  EXPECT_EQ(answer.error().fault, Fault::kCorrupt);
  EXPECT_FALSE(answer.error().remedy.empty());
  const std::string start = "the reply is no JSON-RPC answer: ";
  EXPECT_TRUE(answer.error().cause.starts_with(start)) << answer.error().cause;
  return answer.error().cause.substr(start.size());
}

std::string nested(std::size_t depth) {
  return R"({"jsonrpc":"2.0","id":7,"result":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

TEST(Reply, GivesTheResult) {
  const auto answer = read_reply(R"({"jsonrpc":"2.0","id":7,"result":{"a":[1,"x"]}})", 7);
  ASSERT_TRUE(answer) << answer.error().cause;
  EXPECT_EQ(answer->result, (json{{"a", {1, "x"}}}));
  EXPECT_FALSE(answer->error);
}

TEST(Reply, TakesNullForAResult) {
  const auto answer = read_reply(R"({"jsonrpc":"2.0","id":7,"result":null})", 7);
  ASSERT_TRUE(answer) << answer.error().cause;
  EXPECT_TRUE(answer->result.is_null());
  EXPECT_FALSE(answer->error);
}

TEST(Reply, GivesTheNodesRefusal) {
  const auto answer = read_reply(
      R"({"jsonrpc":"2.0","id":7,"error":{"code":1010,"message":"Invalid Transaction","data":"Custom error: 6"}})",
      7);
  ASSERT_TRUE(answer) << answer.error().cause;
  EXPECT_EQ(answer->error, (RpcError{1010, "Invalid Transaction", "Custom error: 6"}));
  EXPECT_EQ(describe(*answer->error), "1010: Invalid Transaction (Custom error: 6)");
}

TEST(Reply, TakesARefusalWithoutCodeAsDevelopmentNodesGiveItOverHttp) {
  const auto answer =
      read_reply(R"({"jsonrpc":"2.0","id":7,"error":{"message":"no such block","data":{"at":3}}})", 7);
  ASSERT_TRUE(answer) << answer.error().cause;
  EXPECT_EQ(answer->error, (RpcError{0, "no such block", R"({"at":3})"}));
  EXPECT_EQ(describe(*answer->error), R"(no such block ({"at":3}))");
}

TEST(Reply, RefusesWhatIsNoAnswer) {
  EXPECT_EQ(refusal(""), "it is empty");
  EXPECT_EQ(refusal("<html>502</html>"), "it is not JSON");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"result":1)"), "it is not JSON");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"result":1}{})"), "it is not JSON");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"result":1e999})"), "it is not JSON");
  EXPECT_EQ(refusal(R"([{"jsonrpc":"2.0","id":7,"result":1}])"), "it is of type array");
  EXPECT_EQ(refusal("7"), "it is of type number");
}

TEST(Reply, RefusesMembersThatAreMissingOrOfTheWrongType) {
  EXPECT_EQ(refusal(R"({"id":7,"result":1})"), "its jsonrpc is not \"2.0\"");
  EXPECT_EQ(refusal(R"({"jsonrpc":"1.0","id":7,"result":1})"), "its jsonrpc is not \"2.0\"");
  EXPECT_EQ(refusal(R"({"jsonrpc":2.0,"id":7,"result":1})"), "its jsonrpc is not \"2.0\"");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","result":1})"), "it has no id");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"too many"}})"),
            "it has no id; it says -32005: too many");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":"7","result":1})"), "its id is not a whole number");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7.0,"result":1})"), "its id is not a whole number");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7})"), "it has neither a result nor an error");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"result":1,"error":{"code":1,"message":"m"}})"),
            "it has both a result and an error");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"error":"no"})"), "its error is no object");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"error":null})"), "its error is no object");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"error":{"code":1}})"), "its error has no message");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":7,"error":{"code":"1","message":"m"}})"),
            "its error's code is no whole number");
}

TEST(Reply, RefusesAnAnswerToAnotherQuestion) {
  for (const char* id : {"8", "-7", "0", "18446744073709551615"})
    EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","result":1,"id":)" + std::string(id) + "}"),
              "it answers another question than 7")
        << id;
}

TEST(Reply, TellsANotificationOrAnothersAnswerFromSomethingCorrupt) {
  for (const char* text :
       {R"({"jsonrpc":"2.0","method":"chain_newHead","params":{}})",
        R"({"jsonrpc":"2.0","method":"ping","id":7})", R"({"jsonrpc":"2.0","id":6,"result":1})"}) {
    const auto message = read_message(text, 7);
    ASSERT_TRUE(message) << text;
    EXPECT_FALSE(message->has_value()) << text;
  }
  EXPECT_FALSE(read_message("{}", 7));
}

TEST(Reply, RefusesTextThatIsNotUtf8OrHoldsNul) {
  EXPECT_EQ(refusal("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"\xff\"}"), "it is not UTF-8");
  EXPECT_EQ(refusal("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"\xed\xa0\x80\"}"), "it is not UTF-8");
  EXPECT_EQ(refusal(std::string_view("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}\0,", 38)),
            "a NUL byte is in it");
}

TEST(Reply, BoundsDepthBeforeATreeIsBuilt) {
  EXPECT_EQ(refusal(nested(kReplyDepthMax - 1)), "accepted") << "the object itself is a level";
  EXPECT_EQ(refusal(nested(kReplyDepthMax)), "nested deeper than 64 levels");
  EXPECT_EQ(refusal(nested(10'000)), "nested deeper than 64 levels");
  EXPECT_EQ(refusal(std::string(8u << 20, '[')), "nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += R"({"a":)";
  EXPECT_EQ(refusal(objects), "nested deeper than 64 levels");
}

TEST(Reply, DoesNotCountBracketsInsideStrings) {
  const std::string brackets(1000, '[');
  const auto answer =
      read_reply(json{{"jsonrpc", "2.0"}, {"id", 7}, {"result", "\"\\" + brackets + "\\\""}}.dump(), 7);
  ASSERT_TRUE(answer) << answer.error().cause;
  EXPECT_EQ(answer->result, "\"\\" + brackets + "\\\"");
}

TEST(Reply, BoundsTheNumberOfValues) {
  const auto many = [](std::size_t count) {
    std::string out = R"({"jsonrpc":"2.0","id":7,"result":[0)";
    for (std::size_t i = 1; i < count; ++i) out += ",0";
    return out + "]}";
  };
  EXPECT_EQ(refusal(many(kReplyValuesMax - 100)), "accepted");
  EXPECT_EQ(refusal(many(kReplyValuesMax)), "more than 200,000 values");
}

TEST(Reply, CutsLongWordsBetweenCodePoints) {
  std::string message = "x";
  while (message.size() < 100'000) message += "\u20ac";
  const auto answer = read_reply(
      json{{"jsonrpc", "2.0"}, {"id", 7}, {"error", {{"code", 1}, {"message", message}, {"data", message}}}}
          .dump(),
      7);
  ASSERT_TRUE(answer) << answer.error().cause;
  EXPECT_LE(answer->error->message.size(), 4100u);
  EXPECT_TRUE(is_utf8(answer->error->message));
  EXPECT_LE(describe(*answer->error).size(), 600u);
  EXPECT_TRUE(is_utf8(describe(*answer->error)));
}

TEST(Request, IsJsonRpc) {
  EXPECT_EQ(
      json::parse(request_text(3, "state_getStorage", {"0x00", nullptr}).value()),
      (json{{"jsonrpc", "2.0"}, {"id", 3}, {"method", "state_getStorage"}, {"params", {"0x00", nullptr}}}));
  EXPECT_EQ(request_text(3, "m", {"\xff"}).error().fault, Fault::kInvalidInput);
}

RC_GTEST_PROP(Reply, AnyBytesNeverCrash, (const std::string& bytes)) {
  const auto answer = read_reply(bytes, 7);
  if (!answer) RC_ASSERT(answer.error().fault == Fault::kCorrupt);
}

RC_GTEST_PROP(Reply, AFlippedByteIsReadOrRefused, (const std::string& text, std::size_t at, char byte)) {
  std::string reply = json{{"jsonrpc", "2.0"}, {"id", 7}, {"result", text}}.dump(
      -1, ' ', true, json::error_handler_t::replace);
  reply[at % reply.size()] = byte;
  const auto answer = read_reply(reply, 7);
  if (!answer) RC_ASSERT(answer.error().fault == Fault::kCorrupt);
}

RC_GTEST_PROP(Reply, WhatWasWrittenIsRead, (std::uint64_t id, const std::vector<std::uint64_t>& numbers)) {
  const std::string text = json{{"jsonrpc", "2.0"}, {"id", id}, {"result", numbers}}.dump();
  const auto answer = read_reply(text, id);
  RC_ASSERT(answer.has_value());
  RC_ASSERT(answer->result == json(numbers));
  RC_ASSERT(!read_reply(text, id + 1).has_value());
}

}  // namespace
}  // namespace reconcile::chain
