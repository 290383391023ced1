#include "reconciler/serve/host.h"

#include <algorithm>
#include <arpa/inet.h>

namespace reconcile::serve {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool all_digits(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_loopback(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return lower(host) == "localhost";
}

bool host_is_ours(const std::string& header, const std::string& configured) {
  if (header.empty()) return true;
  std::string host = header;
  const std::size_t colon = header.rfind(':');
  const bool bracketed = header.front() == '[';
  if (colon != std::string::npos && (!bracketed || header[colon - 1] == ']')) {
    if (!all_digits(header.substr(colon + 1))) return false;
    host = header.substr(0, colon);
  }
  if (bracketed) {
    if (host.size() < 2 || host.back() != ']') return false;
    host = host.substr(1, host.size() - 2);
  }
  return is_loopback(host) || lower(host) == lower(configured);
}

}  // namespace reconcile::serve
