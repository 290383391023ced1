#pragma once
// What a node answered. Apart from rpc.h, because it holds JSON by value.

#include <optional>

#include <nlohmann/json.hpp>

#include "reconciler/chain/rpc/rpc.h"

namespace reconcile::chain {

struct RpcAnswer {
  nlohmann::json result;          ///< null when there is an error
  std::optional<RpcError> error;  ///< the node's refusal
};

}  // namespace reconcile::chain
