#pragma once
// The dates of HTTP headers (RFC 9110 section 5.6.7).

#include <optional>
#include <string>

#include "reconciler/base/strong.h"

namespace reconcile::net {

/// `Sun, 06 Nov 1994 08:49:37 GMT` and the two older forms; nullopt for anything else.
std::optional<Instant> parse_http_date(const std::string& text);

}  // namespace reconcile::net
