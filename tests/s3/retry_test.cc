#include "tests/s3/imposter_store.h"

#include "reconciler/base/sha256.h"

namespace reconcile::s3::testing {
namespace {

TEST(S3Retry, OutlastsAStormOf503) {
  int count = 0;
  HttpImposter server(
      [&](const SeenRequest&) { return ++count < 4 ? s3_error(503, "SlowDown") : reply(200, "x"); });
  Waits waits;
  const auto store = open_store(options_for(server.url(), &waits));
  const auto got = store->get(ObjectKey("k"), Bytes(10));
  ASSERT_TRUE(got) << got.error().cause;
  EXPECT_EQ(waits.each.size(), 3u);
  EXPECT_EQ(store->counts().gets, 4u);
  EXPECT_EQ(store->counts().writes(), 0u);
}

TEST(S3Retry, GivesUpAfterItsAttemptsWithTheServersReason) {
  HttpImposter server([&](const SeenRequest&) { return s3_error(503, "SlowDown"); });
  Waits waits;
  const auto got = open_store(options_for(server.url(), &waits))->get(ObjectKey("k"), Bytes(10));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kQuota);
  EXPECT_EQ(server.seen().size(), 4u);
  for (std::size_t i = 0; i < waits.each.size(); ++i)
    EXPECT_LE(waits.each[i].count(), 200 << i) << "full jitter";
}

TEST(S3Retry, WaitsAsLongAsTheServerAsks) {
  int count = 0;
  HttpImposter server([&](const SeenRequest&) {
    return ++count == 1 ? s3_error(503, "SlowDown", "", "Retry-After: 7\r\n") : reply(200, "x");
  });
  Waits waits;
  ASSERT_TRUE(open_store(options_for(server.url(), &waits))->get(ObjectKey("k"), Bytes(10)));
  EXPECT_EQ(waits.each, (std::vector<Milliseconds>{Milliseconds(7000)}));
}

TEST(S3Retry, LeavesALongWaitToTheCaller) {
  HttpImposter server(
      [&](const SeenRequest&) { return s3_error(503, "SlowDown", "", "Retry-After: 3600\r\n"); });
  Waits waits;
  const auto got = open_store(options_for(server.url(), &waits))->get(ObjectKey("k"), Bytes(10));
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().remedy.find("wait 1h"), std::string::npos);
  EXPECT_TRUE(waits.each.empty());
}

TEST(S3Retry, StopsWhenTheProcessIsAskedToStop) {
  HttpImposter server([&](const SeenRequest&) { return s3_error(503, "SlowDown"); });
  S3Options options = options_for(server.url());
  options.retry.sleep = [](Milliseconds) { return false; };
  EXPECT_FALSE(open_store(options)->get(ObjectKey("k"), Bytes(10)));
  EXPECT_EQ(server.seen().size(), 1u);
}

TEST(S3Retry, DoesNotRepeatARefusal) {
  HttpImposter server([&](const SeenRequest&) { return s3_error(403, "AccessDenied"); });
  EXPECT_FALSE(open_store(options_for(server.url()))->get(ObjectKey("k"), Bytes(10)));
  EXPECT_EQ(server.seen().size(), 1u);
}

TEST(S3Retry, PutsTheSameBytesAgainAfterALostReply) {
  int count = 0;
  HttpImposter server(
      [&](const SeenRequest&) { return ++count == 1 ? hang_up() : reply(200, "", "ETag: \"e\"\r\n"); });
  const auto receipt = open_store(options_for(server.url()))->put(ObjectKey("k"), body_of("bytes"), {});
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(receipt->etag, "e");
  EXPECT_EQ(server.seen().at(1).body, "bytes");
}

TEST(S3Retry, SaysUnknownOutcomeWhenNoReplyEverCame) {
  HttpImposter server([&](const SeenRequest&) { return hang_up(); });
  const auto receipt = open_store(options_for(server.url()))->put(ObjectKey("k"), body_of("bytes"), {});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kUnknownOutcome);
}

TEST(S3Retry, StaysUnknownWhenAnEarlierAttemptMayHaveLanded) {
  int count = 0;
  HttpImposter server(
      [&](const SeenRequest&) { return ++count == 1 ? hang_up() : s3_error(503, "SlowDown"); });
  const auto receipt = open_store(options_for(server.url()))->put(ObjectKey("k"), body_of("bytes"), {});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kUnknownOutcome);
}

TEST(S3Retry, DoesNotRepeatAConditionalPutWhoseReplyWasLost) {
  HttpImposter server(
      [&](const SeenRequest& seen) { return seen.method == "PUT" ? hang_up() : reply(404, ""); });
  S3Options options = options_for(server.url());
  options.provider = Provider::kAws;
  const auto receipt = open_store(options)->put(ObjectKey("k"), body_of("bytes"), {.only_if_absent = true});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kUnknownOutcome);
  EXPECT_EQ(server.seen().size(), 1u);
}

TEST(S3Retry, ConnectionRefusedIsTransientAndSaysWhatToCheck) {
  Waits waits;
  const std::string url = "http://127.0.0.1:" + std::to_string(reconcile::testing::refused_port());
  const auto store = open_store(options_for(url, &waits));
  const auto read = store->bucket_exists();
  ASSERT_FALSE(read) << "unknown is not absent";
  EXPECT_EQ(read.error().fault, Fault::kTransient);
  EXPECT_NE(read.error().remedy.find("port"), std::string::npos);
  const auto write = store->put(ObjectKey("k"), body_of("x"), {});
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().fault, Fault::kTransient) << "nothing was sent";
  EXPECT_EQ(waits.each.size(), 6u);
}

TEST(S3Retry, GivesUpOnASilentServer) {
  HttpImposter server([&](const SeenRequest&) { return ScriptedReply{.silent = true}; });
  S3Options options = options_for(server.url());
  options.stall_timeout = Milliseconds(1000);
  options.retry.attempts = 1;
  const auto got = open_store(options)->get(ObjectKey("k"), Bytes(10));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::kTransient);
}

}  // namespace
}  // namespace reconcile::s3::testing
