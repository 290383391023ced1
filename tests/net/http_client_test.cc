#include "tests/net/http_imposter.h"
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>

#include "reconciler/net/http.h"

namespace reconcile::net {
namespace {

using testing::hang_up;
using testing::HttpImposter;
using testing::reply;
using testing::SeenRequest;

std::unique_ptr<Client> client(ClientOptions options = {}) {
  auto made = Client::make(options);
  EXPECT_TRUE(made.has_value());
  return *std::move(made);
}

TEST(HttpClient, GivesStatusHeadersInLowerCaseAndBody) {
  HttpImposter server(
      [](const SeenRequest&) { return reply(200, "hello", "ETag: \"x\"\r\nX-Two:  a b \r\n"); });
  const auto got = client()->send({.url = server.url("/a?b=c")});
  ASSERT_TRUE(got) << got.error().cause;
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "hello");
  EXPECT_EQ(*got->header("etag"), "\"x\"");
  EXPECT_EQ(*got->header("x-two"), "a b");
  EXPECT_EQ(got->header("absent"), nullptr);
  EXPECT_EQ(server.seen().at(0).target, "/a?b=c");
}

TEST(HttpClient, HandsABodyOnPieceByPieceAndStopsWhenToldTo) {
  HttpImposter server([](const SeenRequest&) -> testing::ScriptedReply {
    return {
        .bytes = "HTTP/1.1 200 OK\r\nETag: x\r\n\r\n", .repeated = "0123456789", .repeat_bytes = 1ull << 33};
  });
  std::uint64_t taken = 0;
  Request request{.url = server.url("/")};
  request.sink = [&](const Response& head, std::string_view piece) -> Result<void> {
    EXPECT_EQ(*head.header("etag"), "x");
    taken += piece.size();
    if (taken > 100'000) return fail(Fault::kConflict, "enough", "");
    return {};
  };
  const auto got = client()->send(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().cause, "enough");
  EXPECT_LT(taken, 1'000'000u);
}

TEST(HttpClient, ConnectsOnlyWhereItMay) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "hello"); });
  std::vector<std::string> asked;
  const auto choosy = [&](bool may) {
    return client({.may_connect = [&asked, may](const IpAddress& address) {
      asked.push_back(print_ip(address));
      return may;
    }});
  };
  const auto refused = choosy(false)->send({.url = server.url("/")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::kDenied);
  EXPECT_EQ(server.accepted(), 0);
  EXPECT_TRUE(choosy(true)->send({.url = server.url("/")}));
  EXPECT_EQ(asked, (std::vector<std::string>{"127.0.0.1", "127.0.0.1"}));
}

TEST(HttpClient, LeavesDotSegmentsInPathsAlone) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  ASSERT_TRUE(client()->send({.url = server.url("/b/./x/../y//z")}));
  EXPECT_EQ(server.seen().at(0).target, "/b/./x/../y//z");
}

TEST(HttpClient, SendsABodyFromMemoryWithItsLengthAndWithoutExpect) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const std::string text(3u << 20, 'q');
  const auto body = memory_body(text);
  ASSERT_TRUE(client()->send({.method = "PUT", .url = server.url("/k"), .body = body.get()}));
  const SeenRequest seen = server.seen().at(0);
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.body, text);
  EXPECT_EQ(seen.headers.at("content-length"), std::to_string(text.size()));
  EXPECT_FALSE(seen.headers.contains("expect"));
  EXPECT_FALSE(seen.headers.contains("transfer-encoding"));
}

TEST(HttpClient, SendsAnEmptyBodyAsLengthZero) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto body = memory_body("");
  ASSERT_TRUE(client()->send({.method = "PUT", .url = server.url("/k"), .body = body.get()}));
  EXPECT_EQ(server.seen().at(0).headers.at("content-length"), "0");
}

TEST(HttpClient, SendsARangeOfAFile) {
  char path[] = "/tmp/reconcile-net-XXXXXX";
  const Descriptor file(::mkstemp(path));
  ::unlink(path);
  ASSERT_EQ(::write(file.get(), "0123456789", 10), 10);
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto body = file_body(file.get(), 3, 4);
  ASSERT_TRUE(client()->send({.method = "PUT", .url = server.url("/k"), .body = body.get()}));
  EXPECT_EQ(server.seen().at(0).body, "3456");

  const auto beyond = file_body(file.get(), 8, 100);
  const auto got = client()->send({.method = "PUT", .url = server.url("/k"), .body = beyond.get()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kConflict);
  EXPECT_EQ(server.seen().size(), 1u) << "a whole request must not have arrived";
}

TEST(HttpClient, WaitsForContinueOnlyWhenAsked) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto body = memory_body("abc");
  ASSERT_TRUE(client()->send({.method = "PUT",
                              .url = server.url("/k"),
                              .headers = {{"Expect", "100-continue"}},
                              .body = body.get(),
                              .expect_continue = true}));
  EXPECT_EQ(server.seen().at(0).headers.at("expect"), "100-continue");
  EXPECT_EQ(server.seen().at(0).body, "abc");
}

TEST(HttpClient, ReusesAConnection) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "x"); });
  const auto http = client();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(http->send({.url = server.url()}));
  EXPECT_EQ(server.accepted(), 1);
}

TEST(HttpClient, ServesManyThreadsAtOnce) {
  HttpImposter server([](const SeenRequest& seen) { return reply(200, seen.target); });
  const auto http = client();
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string target = "/" + std::to_string(t) + "/" + std::to_string(i);
        const auto got = http->send({.url = server.url(target)});
        if (got && got->body == target) ++right;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 200);
  EXPECT_LE(server.accepted(), 8);
}

TEST(HttpClient, CutsAnEndlessAnswerAtTheCap) {
  HttpImposter server([](const SeenRequest&) {
    return testing::ScriptedReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5368709120\r\n\r\n",
                                  .repeated = std::string(65536, 'x'),
                                  .repeat_bytes = 5ull << 30};
  });
  const auto got = client()->send({.url = server.url(), .response_bytes_max = 1u << 20});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kInvalidInput);
  EXPECT_NE(got.error().cause.find("longer than 1048576 bytes"), std::string::npos);
  EXPECT_LT(server.bytes_sent(), 64u << 20);
}

TEST(HttpClient, TakesAnAnswerOfExactlyTheCap) {
  HttpImposter server([](const SeenRequest&) { return reply(200, "1234"); });
  EXPECT_TRUE(client()->send({.url = server.url(), .response_bytes_max = 4}));
  EXPECT_FALSE(client()->send({.url = server.url(), .response_bytes_max = 3}));
}

TEST(HttpClient, KeepsTheStartOfALongErrorBody) {
  HttpImposter server([](const SeenRequest&) { return reply(500, std::string(1u << 20, 'e')); });
  const auto got = client()->send({.url = server.url(), .response_bytes_max = 0});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 500);
  EXPECT_TRUE(got->body_cut);
  EXPECT_EQ(got->body.size(), kErrorBodyBytesMax);
}

TEST(HttpClient, RefusesAFloodOfHeaders) {
  std::string many;
  for (int i = 0; i < 300; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  HttpImposter server([&](const SeenRequest&) { return reply(200, "", many); });
  const auto got = client()->send({.url = server.url()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kInvalidInput);
}

TEST(HttpClient, FollowsNoRedirect) {
  HttpImposter other([](const SeenRequest&) { return reply(200, "stolen"); });
  HttpImposter server(
      [&](const SeenRequest&) { return reply(307, "", "Location: " + other.url("/elsewhere") + "\r\n"); });
  const auto got = client()->send({.url = server.url(), .headers = {{"Authorization", "secret"}}});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 307);
  EXPECT_TRUE(other.seen().empty());
}

TEST(HttpClient, SaysWhatToCheckWhenTheConnectionIsRefused) {
  const std::string url = "http://127.0.0.1:" + std::to_string(testing::refused_port()) + "/token-in-path";
  const auto body = memory_body("x");
  const auto got = client()->send({.method = "PUT", .url = url, .body = body.get()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kTransient) << "nothing was sent, so nothing happened";
  EXPECT_NE(got.error().remedy.find("port"), std::string::npos);
  EXPECT_EQ(got.error().cause.find("token-in-path"), std::string::npos);
}

TEST(HttpClient, TellsALostReadFromALostWrite) {
  HttpImposter server([](const SeenRequest&) { return hang_up(); });
  const auto read = client()->send({.url = server.url()});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, Fault::kTransient);
  const auto body = memory_body("x");
  const auto write = client()->send({.method = "PUT", .url = server.url(), .body = body.get()});
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().fault, Fault::kUnknownOutcome);
  const auto query =
      client()->send({.method = "POST", .url = server.url(), .body = body.get(), .changes_something = false});
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().fault, Fault::kTransient);
}

TEST(HttpClient, SendsAgainFromTheStartWhenAKeptConnectionWasDead) {
  int count = 0;
  HttpImposter server([&](const SeenRequest&) { return ++count == 2 ? hang_up() : reply(200, "ok"); });
  const auto http = client();
  ASSERT_TRUE(http->send({.url = server.url()}));
  const auto body = memory_body("whole");
  const auto got = http->send({.method = "PUT", .url = server.url(), .body = body.get(), .repeatable = true});
  ASSERT_TRUE(got) << got.error().cause;
  EXPECT_EQ(server.seen().at(2).body, "whole");
}

TEST(HttpClient, NeverSendsAgainByItselfWhatMustNotHappenTwice) {
  for (const std::string text : {"a body", ""}) {
    int count = 0;
    HttpImposter server([&](const SeenRequest&) { return ++count == 2 ? hang_up() : reply(200, "ok"); });
    const auto http = client();
    ASSERT_TRUE(http->send({.url = server.url()}));
    const auto body = memory_body(text);
    const auto got = http->send({.method = "POST", .url = server.url(), .body = body.get()});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().fault, Fault::kUnknownOutcome) << got.error().cause;
    EXPECT_EQ(server.seen().size(), 2u);
  }
}

TEST(HttpClient, DoesNotTakeARefusedSecondConnectionForNothingSent) {
  HttpImposter* self = nullptr;
  int count = 0;
  HttpImposter server([&](const SeenRequest&) {
    if (++count == 1) return reply(200, "ok");
    self->stop_listening();
    return hang_up();
  });
  self = &server;
  const auto http = client();
  ASSERT_TRUE(http->send({.url = server.url()}));
  const auto body = memory_body("a body");
  const auto got = http->send({.method = "POST", .url = server.url(), .body = body.get()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kUnknownOutcome) << got.error().cause;
  EXPECT_EQ(server.seen().size(), 2u);
}

TEST(HttpClient, NoticesATruncatedAnswer) {
  HttpImposter server([](const SeenRequest&) {
    return testing::ScriptedReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                                  .close = true};
  });
  const auto got = client()->send({.url = server.url()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kTransient);
}

TEST(HttpClient, GivesUpOnASilentServerAtTheDeadline) {
  HttpImposter server([](const SeenRequest&) { return testing::ScriptedReply{.silent = true}; });
  const auto read = client()->send({.url = server.url(), .deadline = Milliseconds(200)});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, Fault::kTransient);
  const auto body = memory_body("x");
  const auto write = client()->send(
      {.method = "PUT", .url = server.url(), .body = body.get(), .deadline = Milliseconds(200)});
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().fault, Fault::kUnknownOutcome);
}

TEST(HttpClient, GivesUpOnAStalledServer) {
  HttpImposter server([](const SeenRequest&) { return testing::ScriptedReply{.silent = true}; });
  const auto got = client({.stall_timeout = Milliseconds(1000)})->send({.url = server.url()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kTransient);
}

TEST(HttpClient, StopsWhenProgressSaysSo) {
  HttpImposter server([](const SeenRequest&) { return testing::ScriptedReply{.silent = true}; });
  const std::string text(64u << 20, 'q');
  const auto body = memory_body(text);
  const auto got = client()->send(
      {.method = "PUT", .url = server.url(), .body = body.get(), .progress = [](std::uint64_t sent) {
         return sent < 1000;
       }});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kCancelled);
}

TEST(HttpClient, SendsNoFasterThanItMayFromAllThreadsTogether) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto bounded = client({.send_bytes_per_second = 100'000});
  const std::string text(60'000, 'x');
  const auto begun = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i)
      threads.emplace_back([&] {
        const auto body = memory_body(text);
        const auto got = bounded->send({.method = "PUT", .url = server.url("/"), .body = body.get()});
        EXPECT_TRUE(got) << got.error().cause;
      });
  }
  // Less the tenth of a second that may have been saved up.
  EXPECT_GE(std::chrono::steady_clock::now() - begun, Milliseconds(1100));
  for (const SeenRequest& seen : server.seen()) EXPECT_EQ(seen.body, text);
}

TEST(HttpClient, StopsWhenProgressSaysSoWhileItWaitsForItsTurn) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const std::string text(60'000, 'x');
  const auto body = memory_body(text);
  int asked = 0;
  const auto got = client({.send_bytes_per_second = 1})
                       ->send({.method = "PUT",
                               .url = server.url("/"),
                               .body = body.get(),
                               .progress = [&](std::uint64_t) { return ++asked < 3; }});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kCancelled);
}

TEST(HttpClient, RefusesHeadersThatCouldSmuggleOthers) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto got = client()->send({.url = server.url(), .headers = {{"X-A", "b\r\nX-Evil: 1"}}});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kInvalidInput);
  EXPECT_TRUE(server.seen().empty());
}

TEST(HttpClient, SpeaksOnlyHttp) {
  for (const char* url :
       {"ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/", "", "no url at all"}) {
    const auto got = client()->send({.url = url});
    ASSERT_FALSE(got) << url;
    EXPECT_EQ(got.error().fault, Fault::kInvalidInput) << url;
  }
}

TEST(HttpClient, RefusesACaFileWithoutACertificate) {
  EXPECT_EQ(Client::make({.ca_file = "/nonexistent.pem"}).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(Client::make({.ca_file = "/proc/version"}).error().fault, Fault::kInvalidInput);
}

TEST(HttpClient, TellsPlainTextOnATlsPort) {
  HttpImposter server([](const SeenRequest&) { return reply(200, ""); });
  const auto got = client()->send(
      {.url = "https://127.0.0.1:" + std::to_string(server.port()), .deadline = Milliseconds(500)});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kTransient);
}

}  // namespace
}  // namespace reconcile::net
