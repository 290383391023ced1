#include "reconciler/net/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <utility>

#include <gtest/gtest.h>

namespace reconcile::net {
namespace {

IpKind kind(const char* text) {
  const auto ip = parse_ip(text);
  EXPECT_TRUE(ip) << text;
  return kind_of(ip.value_or(IpAddress()));
}

TEST(IpAddress, OfTheOpenInternetIsToldFromAllOthers) {
  for (const char* text :
       {"1.1.1.1",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0",       "169.253.255.255", "169.255.0.0",    "172.15.255.255",
        "172.32.0.0",      "192.0.1.0",       "192.167.255.255", "192.169.0.0",    "198.17.255.255",
        "198.20.0.0",      "223.255.255.255", "2606:4700::1111", "2001:200::1",    "2a00::1"})
    EXPECT_EQ(kind(text), IpKind::kGlobal) << text;
}

TEST(IpAddress, OfTheIpv4RegistryIsWhatTheRegistrySays) {
  const std::pair<const char*, IpKind> cases[] = {
      {"0.0.0.0", IpKind::kUnspecified},   {"0.255.255.255", IpKind::kUnspecified},
      {"10.0.0.0", IpKind::kPrivate},      {"10.255.255.255", IpKind::kPrivate},
      {"100.64.0.0", IpKind::kCarrierNat}, {"100.127.255.255", IpKind::kCarrierNat},
      {"127.0.0.1", IpKind::kLoopback},    {"127.255.255.255", IpKind::kLoopback},
      {"169.254.0.0", IpKind::kLinkLocal}, {"169.254.169.254", IpKind::kLinkLocal},
      {"172.16.0.0", IpKind::kPrivate},    {"172.31.255.255", IpKind::kPrivate},
      {"192.0.0.1", IpKind::kReserved},    {"192.0.2.255", IpKind::kReserved},
      {"192.88.99.1", IpKind::kReserved},  {"192.168.0.0", IpKind::kPrivate},
      {"198.18.0.0", IpKind::kReserved},   {"198.19.255.255", IpKind::kReserved},
      {"198.51.100.7", IpKind::kReserved}, {"203.0.113.7", IpKind::kReserved},
      {"224.0.0.1", IpKind::kMulticast},   {"239.255.255.255", IpKind::kMulticast},
      {"240.0.0.1", IpKind::kReserved},    {"255.255.255.255", IpKind::kReserved}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(kind(text), expected) << text;
}

TEST(IpAddress, OfTheIpv6RegistryIsWhatTheRegistrySays) {
  const std::pair<const char*, IpKind> cases[] = {
      {"::", IpKind::kUnspecified},       {"::1", IpKind::kLoopback},
      {"[::1]", IpKind::kLoopback},       {"fc00::1", IpKind::kPrivate},
      {"fdff:ffff::1", IpKind::kPrivate}, {"fec0::1", IpKind::kPrivate},
      {"fe80::1", IpKind::kLinkLocal},    {"febf::1", IpKind::kLinkLocal},
      {"ff02::1", IpKind::kMulticast},    {"2001::1", IpKind::kReserved},
      {"2001:1ff::1", IpKind::kReserved}, {"2001:db8::1", IpKind::kReserved},
      {"3fff:fff::1", IpKind::kReserved}, {"100::1", IpKind::kReserved},
      {"4000::1", IpKind::kReserved},     {"64:ff9b:1::1", IpKind::kReserved},
      {"5f00::1", IpKind::kReserved}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(kind(text), expected) << text;
}

TEST(IpAddress, InsideAnotherIsNoWayAround) {
  EXPECT_EQ(kind("::ffff:127.0.0.1"), IpKind::kLoopback);
  EXPECT_EQ(kind("::ffff:169.254.169.254"), IpKind::kLinkLocal);
  EXPECT_EQ(kind("::ffff:1.1.1.1"), IpKind::kGlobal);
  EXPECT_EQ(kind("::10.0.0.1"), IpKind::kPrivate);
  EXPECT_EQ(kind("64:ff9b::1.1.1.1"), IpKind::kGlobal);
  EXPECT_EQ(kind("64:ff9b::169.254.169.254"), IpKind::kReserved);
  EXPECT_EQ(kind("64:ff9b::127.0.0.1"), IpKind::kReserved);  // of the translator, not of this machine
  EXPECT_EQ(kind("2002:0101:0101::1"), IpKind::kGlobal);
  EXPECT_EQ(kind("2002:7f00:1::1"), IpKind::kReserved);
  EXPECT_EQ(kind("2002:a00:1::1"), IpKind::kReserved);
}

TEST(IpAddress, IsReadFromTextAndSocketsAndPrinted) {
  for (const char* text :
       {"localhost", "1.1.1", "0x7f.1", "1.1.1.1.", "fe80::1%eth0", "", "[1::", "1.1.1.256"})
    EXPECT_FALSE(parse_ip(text)) << text;
  EXPECT_EQ(print_ip(*parse_ip("[2001:DB8::1]")), "2001:db8::1");
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0xa9fea9fe);
  EXPECT_EQ(print_ip(*ip_of(reinterpret_cast<const sockaddr&>(v4))), "169.254.169.254");
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  EXPECT_EQ(ip_of(reinterpret_cast<const sockaddr&>(v6)), parse_ip("::1"));
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_FALSE(ip_of(other));
}

}  // namespace
}  // namespace reconcile::net
