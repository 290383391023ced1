#include "reconciler/model/lease.h"

#include "tests/s3/imposter_store.h"

namespace reconcile::s3::testing {
namespace {

const ObjectKey kKey = lease_key("slot");

ScriptedReply done(const std::string& etag) { return reply(200, "", "ETag: \"" + etag + "\"\r\n"); }
ScriptedReply refused() { return s3_error(412, "PreconditionFailed"); }
ScriptedReply standing(const std::string& etag) {
  return reply(200, "text",
               "ETag: \"" + etag +
                   "\"\r\nLast-Modified: Sun, 22 Nov 2026 07:20:14 GMT\r\n"
                   "Date: Sun, 22 Nov 2026 07:21:00 GMT\r\n");
}

HttpImposter::Script in_turn(std::vector<ScriptedReply> replies) {
  return [replies, at = std::size_t{0}](const SeenRequest&) mutable {
    return at < replies.size() ? replies[at++] : s3_error(400, "NotInTheScript");
  };
}

std::string sent(const SeenRequest& request, const char* header) {
  const auto found = request.headers.find(header);
  return found == request.headers.end() ? "" : found->second;
}

TEST(Lease, IsReadWithTheServersOwnTime) {
  HttpImposter server(in_turn({standing("abc")}));
  const auto view = open_store(options_for(server.url()))->read_lease(kKey);
  ASSERT_TRUE(view && view->lease) << view.error().cause;
  EXPECT_EQ(view->now - view->lease->modified, Seconds(46));
  EXPECT_EQ(view->lease->etag, "abc");
}

TEST(Lease, LearnsThatEtagsAreQuoted) {
  HttpImposter server(in_turn({done("e1"), refused(), refused(), done("e2"), done("e3")}));
  const auto store = open_store(options_for(server.url()));
  EXPECT_EQ(store->write_lease(kKey, "text", std::nullopt).value(), "e2");
  EXPECT_EQ(store->write_lease(kKey, "text", "e2").value(), "e3");
  const auto requests = server.seen();
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_EQ(sent(requests[1], "if-none-match"), "*");
  EXPECT_EQ(sent(requests[3], "if-match"), "\"e1\"");
  EXPECT_EQ(sent(requests[4], "if-match"), "\"e2\"");
}

TEST(Lease, LearnsThatEtagsAreBareOnlyWhileTheOneItKnowsStands) {
  HttpImposter bare(in_turn({refused(), refused(), standing("e1"), refused(), done("e2")}));
  EXPECT_EQ(open_store(options_for(bare.url()))->write_lease(kKey, "text", "e1").value(), "e2");
  EXPECT_EQ(sent(bare.seen().back(), "if-match"), "e1");
  HttpImposter late(in_turn({refused(), refused(), standing("e9")}));
  EXPECT_EQ(open_store(options_for(late.url()))->write_lease(kKey, "text", "e1").error().fault,
            Fault::kConflict);
}

TEST(Lease, OfAServerThatIgnoresConditionsIsNoneAndIsTakenAway) {
  HttpImposter ignores(in_turn({done("e1"), done("e1"), reply(204, "")}));
  const auto store = open_store(options_for(ignores.url()));
  EXPECT_EQ(store->write_lease(kKey, "text", std::nullopt).error().fault, Fault::kUnsupported);
  EXPECT_EQ(ignores.seen().back().method, "DELETE");
  EXPECT_EQ(store->write_lease(kKey, "text", std::nullopt).error().fault, Fault::kUnsupported);
  EXPECT_EQ(ignores.seen().size(), 3u) << "known now";
  HttpImposter half(in_turn({done("e1"), refused(), done("e1"), reply(204, ""), reply(204, "")}));
  EXPECT_EQ(open_store(options_for(half.url()))->write_lease(kKey, "text", std::nullopt).error().fault,
            Fault::kUnsupported)
      << "If-None-Match alone makes no lease";
  EXPECT_EQ(half.seen().back().method, "DELETE");
}

TEST(Lease, OfAServerThatRefusesTheHeaderIsNone) {
  HttpImposter server(
      in_turn({s3_error(501, "NotImplemented", "A header you provided implies functionality")}));
  EXPECT_EQ(open_store(options_for(server.url()))->write_lease(kKey, "text", std::nullopt).error().fault,
            Fault::kUnsupported);
  S3Options b2 = options_for("http://127.0.0.1:1");
  b2.provider = Provider::kB2;
  b2.allow_http = true;
  EXPECT_EQ(open_store(b2)->write_lease(kKey, "text", std::nullopt).error().fault, Fault::kUnsupported)
      << "without asking";
}

TEST(Lease, IsNotSentAgainAfterALostAnswer) {
  HttpImposter server(in_turn({hang_up(), done("e1")}));
  S3Options options = options_for(server.url());
  options.provider = Provider::kR2;
  EXPECT_EQ(open_store(options)->write_lease(kKey, "text", "e0").error().fault, Fault::kUnknownOutcome);
  EXPECT_EQ(server.seen().size(), 1u);
}

}  // namespace
}  // namespace reconcile::s3::testing
