#pragma once
// What a node's refusal of an extrinsic means, and what is to be done about it.

#include "reconciler/base/result.h"
#include "reconciler/chain/rpc/rpc.h"

namespace reconcile::chain {

enum class Refused {
  kPooled,   ///< the node has these very bytes already (1013): as good as accepted
  kRuntime,  ///< its runtime could not read or verify them: perhaps it moved since they were signed
  kFinal,    ///< not taken; `error` says why
};

struct Refusal {
  Refused kind = Refused::kFinal;
  Error error;
};

/// By code and text, as polkadot-sdk substrate/client/rpc-api/src/author/error.rs and sp_runtime
/// transaction_validity give them; nodes without codes are read by their text.
Refusal explain_refusal(const RpcError& error);

}  // namespace reconcile::chain
