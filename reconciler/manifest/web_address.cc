#include <algorithm>
#include <charconv>

#include "reconciler/manifest/check.h"

namespace reconcile::manifest {
namespace {

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) return host.size() > 3 && host.ends_with(']');
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace

bool WebAddress::is_loopback() const {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
}

Result<WebAddress> web_address(std::string_view text) {
  const auto wrong = [](const char* why) {
    return fail(Fault::kInvalidInput, why, "write it like https://host or https://host/path");
  };
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || text.size() > 2048) return wrong("is no address");
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return c <= 0x20 || c == 0x7f || c == '"' || c == '\\'; }))
    return wrong("has a character that an address cannot have: percent-encode it");
  WebAddress out;
  out.scheme = std::string(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 3);
  if (rest.find_first_of("?#") != std::string_view::npos)
    return wrong("has parameters (`?`) or a fragment (`#`)");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  out.path = std::string(rest.substr(slash));
  if (authority.find('@') != std::string_view::npos) return wrong("has a user name or a password in it");
  const std::size_t port = authority.rfind(':');
  if (port != std::string_view::npos && authority.find(']', port) == std::string_view::npos) {
    if (!is_port(authority.substr(port + 1))) return wrong("has a port that is none");
    authority = authority.substr(0, port);
  }
  out.host = std::string(authority);
  std::transform(out.host.begin(), out.host.end(), out.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (!is_host(out.host)) return wrong("has no host name");
  return out;
}

}  // namespace reconcile::manifest
