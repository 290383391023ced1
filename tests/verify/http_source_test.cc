#include "reconciler/verify/http_source.h"

#include "tests/net/http_imposter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::verify {
namespace {

using ::testing::HasSubstr;
using testing::HttpImposter;
using testing::reply;
using testing::SeenRequest;

Judged<BodyHead> fetch(const std::string& url, bool allow_loopback = true, std::string* into = nullptr,
                       Seconds timeout = Seconds(30)) {
  auto source = make_http_source({.allow_loopback = allow_loopback, .timeout = timeout});
  EXPECT_TRUE(source);
  return (*source)->fetch(url, [&](const BodyHead&, std::string_view piece) -> std::optional<Judgement> {
    if (into) *into += piece;
    return std::nullopt;
  });
}

Blame blame(const Judged<BodyHead>& got) { return got ? Blame::kNobody : got.error().blame; }

TEST(HttpSource, ReadsAnonymously) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "hello", "Set-Cookie: a=b\r\n"); });
  std::string body;
  auto source = make_http_source({.allow_loopback = true});
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE((*source)->fetch(server.url("/x"), [&](const BodyHead& head, std::string_view piece) {
      EXPECT_EQ(head.length, Bytes(5));
      body += piece;
      return std::optional<Judgement>();
    }));
  EXPECT_EQ(body, "hellohello");
  for (const SeenRequest& seen : server.seen())
    for (const char* header : {"cookie", "authorization", "accept-encoding"})
      EXPECT_FALSE(seen.headers.contains(header));
}

TEST(HttpSource, DoesNotReadFromThisMachineUnlessAllowed) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "hello"); });
  EXPECT_EQ(blame(fetch(server.url("/x"), false)), Blame::kPublisher);
  // With TLS it would come as far as connecting.
  for (const char* host : {"127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "[::ffff:127.0.0.1]"}) {
    const auto got =
        fetch("https://" + std::string(host) + ":" + std::to_string(server.port()) + "/x", false);
    EXPECT_EQ(blame(got), Blame::kPublisher) << host;
    EXPECT_THAT(got.error().cause, HasSubstr("loopback")) << host;
  }
  EXPECT_EQ(server.accepted(), 0);
}

TEST(HttpSource, NeverReadsPrivateOrLinkLocalAddresses) {
  for (const char* host :
       {"10.0.0.1", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fd00::1]", "100.64.0.1",
        "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "0.0.0.0", "2852039166"}) {
    const auto got = fetch("https://" + std::string(host) + "/latest/meta-data/");
    ASSERT_FALSE(got) << host;
    EXPECT_EQ(got.error().blame, Blame::kPublisher) << host << ": " << got.error().cause;
    EXPECT_THAT(got.error().cause, HasSubstr("leads to ")) << host;
  }
}

TEST(HttpSource, NeedsTlsElsewhere) {
  for (const char* url : {"http://pub.example.org/x", "http://169.254.169.254/x", "ftp://127.0.0.1/x",
                          "file:///etc/passwd", "https://user:secret@127.0.0.1/x"})
    EXPECT_EQ(blame(fetch(url)), Blame::kPublisher) << url;
}

TEST(HttpSource, FollowsRedirectsWithinTheSameServerOnly) {
  HttpImposter other([](const SeenRequest&) { return reply(200, "secret"); });
  std::string to;
  HttpImposter server([&](const SeenRequest& seen) {
    if (seen.target == "/x") return reply(302, "", "Location: " + to + "\r\n");
    if (seen.target == "/loop") return reply(302, "", "Location: /loop\r\n");
    return reply(200, "hello");
  });
  to = "/y";
  std::string body;
  EXPECT_TRUE(fetch(server.url("/x"), true, &body));
  EXPECT_EQ(body, "hello");
  for (const std::string& elsewhere :
       {other.url("/"), std::string("http://169.254.169.254/latest/meta-data/"),
        std::string("https://127.0.0.1/"), "http://localhost:" + std::to_string(server.port()) + "/y",
        std::string("file:///etc/passwd")}) {
    to = elsewhere;
    EXPECT_EQ(blame(fetch(server.url("/x"))), Blame::kPublisher) << to;
  }
  EXPECT_EQ(blame(fetch(server.url("/loop"))), Blame::kPublisher);
  EXPECT_EQ(other.accepted(), 0);
}

TEST(HttpSource, TellsSilenceFromAnAnswer) {
  HttpImposter server([](const SeenRequest& seen) -> testing::ScriptedReply {
    if (seen.target == "/silent") return {.silent = true};
    if (seen.target == "/cut")
      return {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", .close = true};
    return {.bytes = "no HTTP\r\n\r\n", .close = true};
  });
  for (const char* path : {"/silent", "/cut", "/garbage"})
    EXPECT_EQ(blame(fetch(server.url(path), true, nullptr, Seconds(1))), Blame::kInfrastructure) << path;
  EXPECT_EQ(blame(fetch("http://127.0.0.1:1/", true)), Blame::kInfrastructure);
  EXPECT_EQ(blame(fetch("https://no-such-host.invalid/", true)), Blame::kInfrastructure);
}

TEST(HttpSource, StopsReadingWhenItIsToldTo) {
  HttpImposter server([](const SeenRequest&) -> testing::ScriptedReply {
    return {.bytes = "HTTP/1.1 200 OK\r\n\r\n",
            .repeated = std::string(1 << 16, 'x'),
            .repeat_bytes = 1ull << 33};
  });
  auto source = make_http_source({.allow_loopback = true});
  std::uint64_t read = 0;
  const auto got = (*source)->fetch(server.url("/"), [&](const BodyHead& head, std::string_view piece) {
    EXPECT_TRUE(head.ends_with_connection);
    read += piece.size();
    return read > 1'000'000 ? std::optional(publishers_fault("enough", "")) : std::nullopt;
  });
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().cause, HasSubstr("enough"));
  EXPECT_LT(read, 2'000'000u);
}

}  // namespace
}  // namespace reconcile::verify
