#pragma once
// One exchange on one curl handle: the callbacks' state, and what a curl code means. Private to net/.

#include <string>

#include <curl/curl.h>

#include "reconciler/net/http.h"
#include "reconciler/net/rate_limit.h"

namespace reconcile::net {

/// What the callbacks share during one exchange.
struct Transfer {
  const Request& request;
  Response response;
  std::uint64_t sent = 0;   ///< body bytes handed to curl since the last rewind
  bool body_begun = false;  ///< some of it was handed to curl, on this connection or on one that died since
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool too_many_headers = false;
  bool cancelled = false;
  std::optional<Error> body_error;
  std::optional<Error> sink_error;
  const std::function<bool(const IpAddress&)>* may_connect = nullptr;  ///< null: anywhere
  RateLimit* limit = nullptr;                                          ///< null: as fast as it goes
  std::optional<IpAddress> refused;  ///< the last address that was not allowed
  bool connected_elsewhere = false;  ///< another address was allowed and tried

  /// Sets this exchange's callbacks on `handle`.
  void attach(CURL* handle);
};

/// libcurl's own preparations, once.
void init_curl();

/// PEM: the system's certificates and those of `ca_file`. kInvalidInput: it holds none; otherwise as
/// read_file says.
Result<std::string> trusted_certificates(const Path& ca_file);

bool changes_something(const Request& request);
bool is_repeatable(const Request& request);

/// The error for a failed exchange with `peer` ("https://host:port").
Error fold(const Transfer& transfer, CURL* handle, CURLcode code, const std::string& detail,
           const std::string& peer);

}  // namespace reconcile::net
