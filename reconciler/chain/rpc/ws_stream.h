#pragma once
// One WebSocket connection (RFC 6455), plain or in TLS, without threads. Private to rpc/.

#include <memory>
#include <string>

#include "reconciler/chain/rpc/transport.h"

namespace reconcile::chain {

struct WsAddress {
  std::string host;       ///< a name or an IP address, without brackets
  int port = 0;           ///< never 0
  std::string authority;  ///< the Host header
  std::string target;     ///< path and query
  bool tls = true;
  std::string certificates;  ///< PEM, trusted besides the system's; may be empty
};

/// After an error it is of no further use. Causes do not say which peer.
class WsStream {
 public:
  virtual ~WsStream() = default;
  /// One text message. However it fails, the peer may have read it.
  virtual Result<void> send(const std::string& text, TimePoint deadline) = 0;
  /// The next message, whole; pings are answered meanwhile. kTransient: closed or late; kInvalidInput: longer
  /// than `bytes_max`, of which no more than that was read.
  virtual Result<std::string> receive(Bytes bytes_max, TimePoint deadline) = 0;
};

struct WsOpened {
  std::unique_ptr<WsStream> stream;  ///< null when the peer answered the handshake with another status …
  int status = 101;                  ///< … this one, …
  std::string retry_after, date;     ///< … and these headers; empty when absent
};

/// Resolves (which the system's own timeout bounds), connects, verifies the certificate and the name in it
/// (TLS >= 1.2, SNI), and shakes hands. kTransient: nobody is there or it speaks something else;
/// kUntrusted: the certificate is not trusted; kInvalidInput: `certificates` are none.
Result<WsOpened> open_ws(const WsAddress& address, TimePoint deadline);

}  // namespace reconcile::chain
