// Over a real socket on loopback.

#include "reconciler/serve/listener.h"

#include "tests/serve/status_sample.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace reconcile::serve {
namespace {

/// What a client gets that sends exactly `request` and reads until the server closes.
std::string exchange(int port, const std::string& request) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  std::string out;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    EXPECT_EQ(::send(fd, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
    char buffer[4096];
    for (ssize_t count = 0; (count = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
      out.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(fd);
  return out;
}

std::string request(const std::string& method, const std::string& path, const std::string& more = "") {
  return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

std::unique_ptr<Listener> started() {
  Result<std::unique_ptr<Listener>> listener =
      Listener::start({"127.0.0.1", 0}, [] { return status_sample(); });
  EXPECT_TRUE(listener) << listener.error().cause;
  return listener ? *std::move(listener) : nullptr;
}

TEST(Listener, AnswersAndCloses) {
  const auto listener = started();
  const std::string text = exchange(listener->port(), request("GET", "/healthz"));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 ")) << text;
  EXPECT_NE(text.find("ok: the loop last moved 3 s ago"), std::string::npos) << text;
  EXPECT_TRUE(exchange(listener->port(), request("GET", "/metrics?x=1")).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(exchange(listener->port(), request("GET", "/nothing")).starts_with("HTTP/1.1 404 "));
}

TEST(Listener, RefusesOtherMethodsWithoutReadingTheirBodies) {
  const auto listener = started();
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"}) {
    const std::string text =
        exchange(listener->port(), request(method, "/metrics", "Content-Length: 1000000000\r\n"));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 405 ")) << method << "\n" << text;
    EXPECT_NE(text.find("Allow: GET"), std::string::npos) << text;
  }
  // What stands in an unread body is no second request.
  const std::string smuggled = request("GET", "/healthz");
  const std::string text = exchange(
      listener->port(),
      request("POST", "/metrics", "Content-Length: " + std::to_string(smuggled.size()) + "\r\n") + smuggled);
  EXPECT_EQ(text.find("the loop last moved"), std::string::npos) << text;
}

std::string asked_for(const std::string& hosts, const std::string& path = "/api/v1/status") {
  const auto listener = started();
  return exchange(listener->port(), "GET " + path + " HTTP/1.1\r\n" + hosts + "\r\n").substr(0, 13);
}

TEST(Listener, OnLoopbackAnswersNobodyWhoAsksForAnotherHost) {
  for (const char* host : {"localhost", "LocalHost:9464", "127.0.0.1", "127.0.0.1:1", "127.9.9.9",
                           "localhost:", "[::1]", "[::1]:80"})
    EXPECT_EQ(asked_for(std::string("Host: ") + host + "\r\n"), "HTTP/1.1 200 ") << host;
  EXPECT_EQ(asked_for(""), "HTTP/1.1 200 ") << "no browser leaves it out";
  for (const char* host : {"evil.example", "evil.example:9464", "localhost.evil.example",
                           "127.0.0.1.evil.example", "evil:localhost", "localhost:x", "0.0.0.0", "10.0.0.1",
                           "[::]", "[::1", "[::2]:80", "[", "::1", ":9464", "127.1"})
    for (const char* path : {"/", "/metrics", "/healthz", "/api/v1/status", "/api/v1/events"})
      // The stream of events would not end: the first that is answered is enough.
      ASSERT_EQ(asked_for(std::string("Host: ") + host + "\r\n", path), "HTTP/1.1 421 ") << host << path;
  EXPECT_EQ(asked_for("Host: localhost\r\nHost: evil.example\r\n"), "HTTP/1.1 421 ");
}

TEST(Listener, BeyondLoopbackAnyNameMayBeTheRightOne) {
  Result<std::unique_ptr<Listener>> listener =
      Listener::start({"0.0.0.0", 0}, [] { return status_sample(); });
  ASSERT_TRUE(listener);
  EXPECT_TRUE(exchange((*listener)->port(), "GET /healthz HTTP/1.1\r\nHost: miner.example\r\n\r\n")
                  .starts_with("HTTP/1.1 200 "));
}

TEST(Listener, SurvivesNonsense) {
  const auto listener = started();
  exchange(listener->port(), std::string(100'000, 'x') + "\r\n\r\n");
  exchange(listener->port(), "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n");
  exchange(listener->port(), std::string("\0\0\r\n\r\n", 6));
  EXPECT_TRUE(exchange(listener->port(), request("GET", "/healthz")).starts_with("HTTP/1.1 200 "));
}

TEST(Listener, SaysWhenThePortIsTaken) {
  const auto listener = started();
  const auto second = Listener::start({"127.0.0.1", listener->port()}, [] { return status_sample(); });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::kConflict);
}

TEST(Listener, ReadsAddressesStrictly) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:9464").value(), (Endpoint{"127.0.0.1", 9464}));
  EXPECT_EQ(parse_endpoint("[::1]:0").value(), (Endpoint{"::1", 0}));
  EXPECT_EQ(parse_endpoint(":9464").value(), (Endpoint{"127.0.0.1", 9464}));
  for (const char* wrong :
       {"", "9464", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:9464", "a:-1", "a:1 "})
    EXPECT_FALSE(parse_endpoint(wrong)) << wrong;
}

}  // namespace
}  // namespace reconcile::serve
