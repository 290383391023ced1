#pragma once
// JSON-RPC by HTTP POST. Private to rpc/.

#include "reconciler/chain/rpc/transport.h"

namespace reconcile::chain {

/// `url` is a checked http or https URL, `origin` its scheme, host and port.
Result<std::unique_ptr<Transport>> make_http_transport(std::string url, std::string origin,
                                                       const TransportOptions& options);

}  // namespace reconcile::chain
