#pragma once
// The few questions that are asked of a URL before it is used.

#include <string>
#include <string_view>

#include "reconciler/base/result.h"

namespace reconcile::net {

struct Url {
  std::string scheme;     ///< "http" or "https"
  std::string host;       ///< lower case; an IPv6 address in its brackets
  int port = 0;           ///< 0: the scheme's own
  std::string path;       ///< as written, starts with a slash; "/" when the URL has none
  std::string query;      ///< as written, without the question mark
  bool has_user = false;  ///< user:password@ was in it

  /// host, or host:port where the port is not the scheme's own: what the Host header says.
  std::string authority() const;
  /// scheme://authority
  std::string origin() const;
};

/// Absolute http(s) URLs of at most 8,192 bytes. kInvalidInput otherwise; the cause never repeats the URL.
Result<Url> parse_url(std::string_view text);

/// `location` as seen from `base` (RFC 3986 section 5), with libcurl's resolver.
Result<std::string> resolve_url(const std::string& base, const std::string& location);

/// localhost, *.localhost (RFC 6761), 127.0.0.0/8, [::1].
bool is_loopback(std::string_view host);

}  // namespace reconcile::net
