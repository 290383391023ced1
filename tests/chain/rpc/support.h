#pragma once
// What the tests of rpc/ share: both ways to one node, and an Rpc made from addresses.

#include "tests/chain/support/devnode.h"
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reconciler/chain/rpc/answer.h"
#include "reconciler/chain/rpc/endpoints.h"

namespace reconcile::chain::testing {

using nlohmann::json;
using std::chrono::milliseconds;

/// A clock that moves on command.
struct Hand {
  std::chrono::steady_clock::time_point time = std::chrono::steady_clock::now();
  std::function<std::chrono::steady_clock::time_point()> read() {
    return [this] { return time; };
  }
};

inline std::unique_ptr<Rpc> rpc_to(RpcOptions options) {
  auto made = connect(options);
  if (!made) throw std::runtime_error(made.error().cause);
  return *std::move(made);
}
inline std::unique_ptr<Rpc> rpc_to(const std::vector<std::string>& endpoints) {
  return rpc_to(RpcOptions{.endpoints = endpoints});
}

/// A small question; tests that wait for a deadline in vain give a short one.
inline Result<json> ask(Rpc& rpc, const std::string& method = "system_chain",
                        milliseconds deadline = milliseconds(20'000)) {
  return rpc.ask(method, json::array(), {.deadline = deadline});
}

/// "fault: cause" of a failure; "fine" otherwise.
template <class T>
std::string words(const Result<T>& result) {
  return result ? "fine" : std::string(name_of(result.error().fault)) + ": " + result.error().cause;
}

/// Both ways to ask `node`, each with its name.
inline std::vector<std::string> ways_to(const DevNode& node) { return {node.http(), node.ws()}; }

}  // namespace reconcile::chain::testing
