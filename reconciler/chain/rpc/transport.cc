#include "reconciler/chain/rpc/transport.h"

#include "reconciler/chain/rpc/http_transport.h"
#include "reconciler/chain/rpc/ws_transport.h"
#include "reconciler/net/url.h"

namespace reconcile::chain {
namespace {

constexpr const char* kForm = "write it like https://host or wss://host:443";

}  // namespace

Result<std::unique_ptr<Transport>> make_transport(const std::string& url, const TransportOptions& options) {
  const std::string scheme = url.substr(0, url.find(':'));
  const bool socket = scheme == "ws" || scheme == "wss";
  if (!socket && scheme != "http" && scheme != "https")
    return fail(Fault::kInvalidInput, "an endpoint begins with none of https, wss, http and ws", kForm);
  // ws and wss URLs are http and https URLs of another name (RFC 6455 section 3).
  const std::string as_http = socket ? "http" + url.substr(2) : url;
  TRY_ASSIGN(const net::Url parts, net::parse_url(as_http));
  const std::string origin = scheme + "://" + parts.authority();
  if (parts.has_user)
    return fail(Fault::kInvalidInput, origin + ": user:password@ in an endpoint is not supported",
                "leave it out; providers' tokens stand in the path");
  if (parts.scheme == "http" && !net::is_loopback(parts.host))
    return fail(Fault::kInvalidInput,
                origin + ": an endpoint on another machine is not encrypted: anyone on the way could answer",
                "write https:// or wss://");
  if (socket) return make_ws_transport(parts, origin, options);
  return make_http_transport(url, origin, options);
}

}  // namespace reconcile::chain
