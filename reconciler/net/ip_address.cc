#include "reconciler/net/ip_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <span>
#include <sys/socket.h>

namespace reconcile::net {
namespace {

struct Block {
  const char* prefix;
  unsigned bits;
  IpKind kind;
};

// iana.org/assignments/iana-ipv4-special-registry and ipv4-address-space (multicast, class E).
constexpr Block kV4[] = {
    {"0.0.0.0", 8, IpKind::kUnspecified},    {"10.0.0.0", 8, IpKind::kPrivate},
    {"100.64.0.0", 10, IpKind::kCarrierNat}, {"127.0.0.0", 8, IpKind::kLoopback},
    {"169.254.0.0", 16, IpKind::kLinkLocal}, {"172.16.0.0", 12, IpKind::kPrivate},
    {"192.0.0.0", 24, IpKind::kReserved},    {"192.0.2.0", 24, IpKind::kReserved},
    {"192.88.99.0", 24, IpKind::kReserved},  {"192.168.0.0", 16, IpKind::kPrivate},
    {"198.18.0.0", 15, IpKind::kReserved},   {"198.51.100.0", 24, IpKind::kReserved},
    {"203.0.113.0", 24, IpKind::kReserved},  {"224.0.0.0", 4, IpKind::kMulticast},
    {"240.0.0.0", 4, IpKind::kReserved},
};

// iana.org/assignments/iana-ipv6-special-registry. The first that fits counts; what none of them covers is
// global only inside 2000::/3, all that was ever given out (iana.org/assignments/ipv6-address-space).
constexpr Block kV6[] = {
    {"::1", 128, IpKind::kLoopback},    {"::", 128, IpKind::kUnspecified},
    {"2001::", 23, IpKind::kReserved},  {"2001:db8::", 32, IpKind::kReserved},
    {"3fff::", 20, IpKind::kReserved},  {"2000::", 3, IpKind::kGlobal},
    {"fc00::", 7, IpKind::kPrivate},    {"fec0::", 10, IpKind::kPrivate},
    {"fe80::", 10, IpKind::kLinkLocal}, {"ff00::", 8, IpKind::kMulticast},
};

bool lies_in(const IpAddress& address, const char* prefix, unsigned bits) {
  const IpAddress block = *parse_ip(prefix);
  for (unsigned bit = 0; bit < bits; bit += 8) {
    const unsigned left = std::min(bits - bit, 8u);
    const auto mask = static_cast<std::uint8_t>(0xff00u >> left);
    if ((address.bytes[bit / 8] & mask) != (block.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

IpKind kind_among(const IpAddress& address, std::span<const Block> blocks, IpKind otherwise) {
  for (const Block& block : blocks)
    if (lies_in(address, block.prefix, block.bits)) return block.kind;
  return otherwise;
}

IpAddress inner_v4(const IpAddress& address, std::size_t at) {
  IpAddress out;
  std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(at), 4, out.bytes.begin());
  return out;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  const std::string zero_ended(text);
  IpAddress out;
  if (inet_pton(AF_INET, zero_ended.c_str(), out.bytes.data()) == 1) return out;
  out.is_v6 = true;
  if (inet_pton(AF_INET6, zero_ended.c_str(), out.bytes.data()) == 1) return out;
  return std::nullopt;
}

std::optional<IpAddress> ip_of(const sockaddr& address) {
  IpAddress out;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::memcpy(out.bytes.data(), &v4.sin_addr, 4);
    return out;
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  out.is_v6 = true;
  std::memcpy(out.bytes.data(), &v6.sin6_addr, 16);
  return out;
}

std::string print_ip(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

IpKind kind_of(const IpAddress& address) {
  if (!address.is_v6) return kind_among(address, kV4, IpKind::kGlobal);
  const bool translated = lies_in(address, "64:ff9b::", 96);
  if (translated || lies_in(address, "2002::", 16)) {
    const IpKind inner = kind_among(inner_v4(address, translated ? 12 : 2), kV4, IpKind::kGlobal);
    return inner == IpKind::kGlobal ? IpKind::kGlobal : IpKind::kReserved;
  }
  const IpKind kind = kind_among(address, kV6, IpKind::kReserved);
  if (kind != IpKind::kReserved) return kind;
  if (lies_in(address, "::ffff:0:0", 96) || lies_in(address, "::", 96))
    return kind_among(inner_v4(address, 12), kV4, IpKind::kGlobal);
  return kind;
}

const char* name_of(IpKind kind) {
  switch (kind) {
    case IpKind::kGlobal:
      return "global";
    case IpKind::kLoopback:
      return "loopback";
    case IpKind::kPrivate:
      return "private";
    case IpKind::kLinkLocal:
      return "link-local";
    case IpKind::kCarrierNat:
      return "carrier-grade NAT";
    case IpKind::kUnspecified:
      return "unspecified";
    case IpKind::kMulticast:
      return "multicast";
    case IpKind::kReserved:
      return "reserved";
  }
  return "reserved";
}

}  // namespace reconcile::net
