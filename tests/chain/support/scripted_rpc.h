#pragma once
// A node in a few lines: a finalized chain of blocks whose extrinsics a test puts there, one block later at
// each look at the head.

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "reconciler/chain/rpc/answer.h"
#include "reconciler/chain/rpc/rpc.h"

namespace reconcile::chain::testing {

class ScriptedRpc final : public Rpc {
 public:
  std::uint64_t head = 100;
  std::uint64_t advance = 1;                                     // blocks finalized at each look
  std::map<std::uint64_t, std::vector<std::string>> extrinsics;  // by block, hex
  std::vector<std::string> submitted;
  std::deque<Error> failures;  // the next questions end like this
  std::function<void()> on_look;

  static std::string hash_of(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return "0x" + std::string(64 - digits.size(), '0') + digits;
  }

  Result<nlohmann::json> ask(std::string_view method, const nlohmann::json& params,
                             const CallLimits&) override {
    if (!failures.empty()) {
      const Error error = failures.front();
      failures.pop_front();
      return fail(error);
    }
    if (method == "chain_getFinalizedHead") {
      if (on_look) on_look();
      head += advance;
      return nlohmann::json(hash_of(head));
    }
    if (method == "chain_getHeader") return nlohmann::json{{"number", hex(number_of(params[0]))}};
    if (method == "chain_getBlockHash") {
      const auto number = params[0].get<std::uint64_t>();
      return number > head ? nlohmann::json() : nlohmann::json(hash_of(number));
    }
    if (method == "chain_getBlock") {
      const auto found = extrinsics.find(number_of(params[0]));
      return nlohmann::json{
          {"block",
           {{"extrinsics", found == extrinsics.end() ? std::vector<std::string>{"0x00"} : found->second}}}};
    }
    return fail(Fault::kUnsupported, "not scripted: " + std::string(method), "");
  }
  Result<RpcAnswer> submit(std::string_view extrinsic) override {
    submitted.emplace_back(extrinsic);
    return RpcAnswer{"0x", std::nullopt};
  }
  Result<std::string> genesis() override { return hash_of(0); }
  std::vector<std::string> notes() const override { return {}; }

 private:
  static std::uint64_t number_of(const nlohmann::json& hash) {
    return std::stoull(hash.get<std::string>().substr(2));
  }
  static std::string hex(std::uint64_t number) {
    std::string out;
    for (; number > 0; number /= 16) out.insert(out.begin(), "0123456789abcdef"[number % 16]);
    return "0x" + (out.empty() ? "0" : out);
  }
};

}  // namespace reconcile::chain::testing
