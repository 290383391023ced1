#include "reconciler/chain/rpc/http_status.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "reconciler/net/http_date.h"

namespace reconcile::chain {
namespace {

// A mistaken header must not keep us away from the chain for longer than our own back-off would.
constexpr Seconds kWaitMax{300};

}  // namespace

Error refusal_of(int status, const std::string& where) {
  const std::string cause = where + " answered HTTP " + std::to_string(status);
  if (status == 429) return {Fault::kQuota, cause, "it is asked less often; or name a node of your own"};
  if (status >= 500 || status == 408) return {Fault::kTransient, cause, "it is tried again; check the node"};
  if (status == 401 || status == 403)
    return {Fault::kInvalidInput, cause,
            "check the token in the endpoint's address and what the provider allows"};
  if (status >= 300 && status < 400)
    return {Fault::kInvalidInput, cause + ", a redirect, which is not followed", "write the final address"};
  return {Fault::kInvalidInput, cause, "check that the address is a node's JSON-RPC endpoint"};
}

bool may_have_acted(int status) { return status < 300 || (status >= 500 && status != 501 && status != 503); }

std::optional<Seconds> wait_of(const std::string* retry_after, const std::string* date) {
  if (!retry_after) return std::nullopt;
  std::int64_t seconds = 0;
  const char* end = retry_after->data() + retry_after->size();
  const auto [stop, code] = std::from_chars(retry_after->data(), end, seconds);
  if (code != std::errc() || stop != end) {
    const auto then = net::parse_http_date(*retry_after);
    const auto now = date ? net::parse_http_date(*date) : std::nullopt;
    if (!then || !now) return std::nullopt;
    seconds = (*then - *now).count();
  }
  if (seconds < 0) return std::nullopt;
  return std::min(Seconds(seconds), kWaitMax);
}

}  // namespace reconcile::chain
