#pragma once
// IP addresses, and which of them lie in the open internet.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace reconcile::net {

struct IpAddress {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  ///< network order; IPv4 takes the first 4
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// `192.0.2.1`, `2001:db8::1`, the latter also in brackets; nothing for a name or a scoped address.
std::optional<IpAddress> parse_ip(std::string_view text);
/// Nothing for other families than IPv4 and IPv6.
std::optional<IpAddress> ip_of(const sockaddr& address);
std::string print_ip(const IpAddress& address);

enum class IpKind {
  kGlobal,       ///< anybody can be meant
  kLoopback,     ///< this machine
  kPrivate,      ///< RFC 1918, unique local (RFC 4193), site-local (RFC 3879)
  kLinkLocal,    ///< RFC 3927, RFC 4291: also where clouds serve credentials
  kCarrierNat,   ///< RFC 6598
  kUnspecified,  ///< 0.0.0.0/8 and ::, which systems take for themselves
  kMulticast,
  kReserved,  ///< documentation, benchmarking, tunnels, not yet given out
};

/// By the special-purpose registries of IANA. IPv4 inside IPv6 (mapped, compatible) is what it is outside;
/// translated (NAT64, 6to4) it is kGlobal only if the inner address is.
IpKind kind_of(const IpAddress& address);

/// "loopback", "private", "link-local", …
const char* name_of(IpKind kind);

}  // namespace reconcile::net
