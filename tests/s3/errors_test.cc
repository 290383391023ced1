#include "reconciler/s3/errors.h"

#include "tests/s3/imposter_store.h"

#include "reconciler/base/units.h"

namespace reconcile::s3::testing {
namespace {

Error get_error(const ScriptedReply& answer, S3Options (*change)(S3Options) = nullptr) {
  HttpImposter server([&](const SeenRequest&) { return answer; });
  S3Options options = options_for(server.url());
  options.retry.attempts = 1;
  if (change) options = change(std::move(options));
  auto got = open_store(options)->get(ObjectKey("data/x"), Bytes(100));
  EXPECT_FALSE(got);
  return got ? Error{} : got.error();
}

TEST(S3Errors, TellAWrongKeyIdFromAWrongSecret) {
  const Error id = get_error(s3_error(403, "InvalidAccessKeyId"));
  EXPECT_EQ(id.fault, Fault::kAuth);
  EXPECT_NE(id.remedy.find("accessKeyId"), std::string::npos);
  const Error r2 = get_error(s3_error(401, "Unauthorized"));
  EXPECT_EQ(r2.fault, Fault::kAuth);
  EXPECT_NE(r2.remedy.find("accessKeyId"), std::string::npos);
  const Error secret = get_error(s3_error(403, "SignatureDoesNotMatch"));
  EXPECT_EQ(secret.fault, Fault::kAuth);
  EXPECT_NE(secret.remedy.find("secretAccessKey"), std::string::npos);
  EXPECT_EQ(get_error(s3_error(403, "AccessDenied")).fault, Fault::kDenied);
}

TEST(S3Errors, SayOperationKeyStatusCodeAndRequestId) {
  const Error error = get_error(s3_error(403, "AccessDenied", "Access Denied"));
  EXPECT_EQ(error.cause, "get s3://bucket/data/x: HTTP 403 AccessDenied: Access Denied (request id REQ42)");
}

TEST(S3Errors, MeasureTheClocksDifference) {
  const ScriptedReply answer =
      s3_error(403, "RequestTimeTooSkewed", "", "Date: Sun, 22 Nov 2026 07:00:00 GMT\r\n");
  const Error ahead = get_error(answer, [](S3Options options) {
    options.now = [] { return *parse_time("2026-11-22T07:20:30Z"); };
    return options;
  });
  EXPECT_EQ(ahead.fault, Fault::kClockSkew);
  EXPECT_NE(ahead.cause.find("this machine's clock is 20m30s ahead of the server's"), std::string::npos)
      << ahead.cause;
  const Error behind = get_error(answer, [](S3Options options) {
    options.now = [] { return *parse_time("2026-11-22T06:00:00Z"); };
    return options;
  });
  EXPECT_NE(behind.cause.find("1h behind the server's"), std::string::npos) << behind.cause;
}

TEST(S3Errors, NameTheRegionThatAServerPointsTo) {
  const Error error = get_error(s3_error(301, "PermanentRedirect", "", "x-amz-bucket-region: eu-west-3\r\n"));
  EXPECT_EQ(error.fault, Fault::kInvalidInput);
  EXPECT_NE(error.remedy.find("eu-west-3"), std::string::npos);
}

TEST(S3Errors, PassOnHowLongToWait) {
  const Error error = get_error(s3_error(503, "SlowDown", "", "Retry-After: 90\r\n"));
  EXPECT_EQ(error.fault, Fault::kQuota);
  EXPECT_NE(error.remedy.find("1m30s"), std::string::npos);
  EXPECT_EQ(error.retry_after, Seconds(90));
  EXPECT_EQ(get_error(s3_error(503, "SlowDown", "")).retry_after, Seconds(0));
}

TEST(S3Errors, NeverRepeatASecret) {
  for (const std::string secret : {"verysecretkeyvalue", "AKIDSECRETID"}) {
    const Error error = get_error(s3_error(403, "AccessDenied", "You sent " + secret + ", " + secret + "!"));
    EXPECT_EQ((error.cause + error.remedy).find(secret), std::string::npos) << error.cause;
  }
}

TEST(S3Errors, DoNotTakeAWebServersAnswerForAnEmptyBucket) {
  EXPECT_EQ(get_error(reply(404, "<html>not here</html>")).fault, Fault::kInvalidInput);
  EXPECT_EQ(get_error(s3_error(404, "NoSuchKey")).fault, Fault::kNotFound);
  const Error bucket = get_error(s3_error(404, "NoSuchBucket"));
  EXPECT_EQ(bucket.fault, Fault::kNotFound);
  EXPECT_NE(bucket.remedy.find("bucket.name"), std::string::npos);
}

TEST(S3Errors, FollowTheTable) {
  const auto fault = [](int status, const std::string& code) {
    return error_of({.what = "x", .status = status, .document = {.code = code}}).fault;
  };
  EXPECT_EQ(fault(429, "TooManyRequests"), Fault::kQuota);
  EXPECT_EQ(fault(400, "RequestRateLimitExceeded"), Fault::kQuota);
  EXPECT_EQ(fault(403, "AuthenticationLockout"), Fault::kAuth);
  EXPECT_EQ(fault(403, "NotEntitled"), Fault::kDenied);
  EXPECT_EQ(fault(501, "NotImplemented"), Fault::kUnsupported);
  EXPECT_EQ(fault(405, ""), Fault::kUnsupported);
  EXPECT_EQ(fault(412, "PreconditionFailed"), Fault::kConflict);
  EXPECT_EQ(fault(409, "ConditionalRequestConflict"), Fault::kConflict);
  EXPECT_EQ(fault(500, ""), Fault::kTransient);
  EXPECT_EQ(fault(502, ""), Fault::kTransient);
  EXPECT_EQ(fault(400, "MetadataTooLarge"), Fault::kInvalidInput);
  EXPECT_EQ(fault(418, ""), Fault::kInvalidInput);
  EXPECT_EQ(error_of({.what = "x", .status = 500, .repeatable = false}).fault, Fault::kUnknownOutcome);
  EXPECT_EQ(error_of({.what = "x", .status = 503, .repeatable = false}).fault, Fault::kTransient);
  EXPECT_FALSE(worth_repeating(507, "XMinioStorageFull"));
  EXPECT_TRUE(worth_repeating(503, "SlowDown"));
  EXPECT_FALSE(worth_repeating(403, "AccessDenied"));
}

}  // namespace
}  // namespace reconcile::s3::testing
