#pragma once
// JSON-RPC over one WebSocket connection that is kept between questions. Private to rpc/.

#include "reconciler/chain/rpc/transport.h"
#include "reconciler/net/url.h"

namespace reconcile::chain {

/// `url` is the endpoint with http for ws and https for wss, `origin` its own scheme, host and port.
Result<std::unique_ptr<Transport>> make_ws_transport(const net::Url& url, std::string origin,
                                                     const TransportOptions& options);

}  // namespace reconcile::chain
