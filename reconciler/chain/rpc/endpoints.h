#pragma once
// Several endpoints of one network as one Rpc: who is asked, who is asked next, and who is never asked again.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/chain/rpc/rpc.h"

namespace reconcile::chain {

// Genesis blocks: finney as published in polkadot-js's registry of networks (@polkadot/networks, genesis.ts)
// and in subtensor's own migrations; test as wallets and validators that use it carry it.
inline constexpr const char* kFinneyGenesis =
    "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03";
inline constexpr const char* kTestGenesis =
    "0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105";

inline constexpr std::size_t kEndpointsMax = 16;

struct RpcOptions {
  std::vector<std::string>
      endpoints;                 ///< http, https, ws or wss, the preferred one first; 1 to kEndpointsMax
  std::string expected_genesis;  ///< 0x and 64 hex digits; empty: the first answer is believed and kept
  Path ca_file;                  ///< PEM certificates trusted besides the system's; empty: none
  std::function<std::chrono::steady_clock::time_point()>
      now;  ///< for tests; empty: std::chrono::steady_clock
};

/// Contacts nobody yet. kInvalidInput when something in `options` is unusable.
///
/// The endpoint that works is kept. One that fails is asked after the others until its rest is over (5 s,
/// doubled with each failure, at most 5 min), and not at all while it asked to wait (Retry-After). Each gets
/// an equal share of the time that is left. Block 0 is compared at the first use of each endpoint, on each
/// new connection, after each failure and before each submission; an endpoint on another network is never
/// used again.
Result<std::unique_ptr<Rpc>> connect(const RpcOptions& options);

}  // namespace reconcile::chain
