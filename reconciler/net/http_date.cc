#include "reconciler/net/http_date.h"

#include <curl/curl.h>

namespace reconcile::net {

std::optional<Instant> parse_http_date(const std::string& text) {
  const time_t seconds = curl_getdate(text.c_str(), nullptr);
  if (seconds == -1) return std::nullopt;
  return Instant(Seconds(seconds));
}

}  // namespace reconcile::net
