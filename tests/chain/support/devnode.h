#pragma once
// tests/devnode as a fixture: a chain node on a free loopback port, and its control door.

#include "tests/chain/support/child.h"
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace reconcile::chain::testing {

class DevNode {
 public:
  /// Blocks come on command (`produce`); `arguments` are those of `node tests/devnode/node.mjs --help`, and
  /// --block-ms among them sets a pace instead. Throws std::runtime_error as Child does.
  explicit DevNode(std::vector<std::string> arguments = {});

  std::string http() const { return child_.ready().at("http"); }
  std::string ws() const { return child_.ready().at("ws"); }
  std::string genesis() const { return child_.ready().at("genesisHash"); }
  int port() const { return child_.ready().at("port"); }

  /// One operation of tests/devnode/README.md: {"op": …}. Throws std::runtime_error when it is refused.
  nlohmann::json control(const nlohmann::json& operation) const;
  nlohmann::json record() const { return control({{"op", "record"}}); }
  /// How often `method` was asked.
  int asked(const std::string& method) const;
  /// Arms a fault for the next `count` requests: {"kind": …, "method": …, …}.
  void fault(nlohmann::json fault) const;
  void clear() const { control({{"op", "clear"}}); }

  void kill() { child_.kill(); }

 private:
  Child child_;
};

}  // namespace reconcile::chain::testing
