#include "tests/s3/imposter_store.h"
#include <atomic>

#include "reconciler/base/sha256.h"

// What a real server does too rarely to wait for. The rest of multipart is tested against one, in rgw/.

namespace reconcile::s3::testing {
namespace {

const std::string& content() {
  static const std::string text(6u << 20, 'm');
  return text;
}

/// A store that takes any part; Complete and HEAD answer as the test says.
class Bucket {
 public:
  std::function<ScriptedReply(int attempt)> complete = [](int) { return done("\"etag-2\""); };
  std::function<ScriptedReply()> part = [] { return reply(200, "", "ETag: \"part\"\r\n"); };
  std::atomic<bool> landed{false};  ///< HEAD finds the object
  std::atomic<int> completes{0}, aborts{0};

  static ScriptedReply done(const std::string& etag) {
    return reply(200,
                 "<CompleteMultipartUploadResult><ETag>" + etag + "</ETag></CompleteMultipartUploadResult>");
  }
  Result<PutReceipt> put() {
    S3Options options = options_for(server_.url());
    options.multipart_threshold = Bytes(1u << 20);
    options.part_size = Bytes(5u << 20);
    return open_store(options)->put(
        ObjectKey("k"), body_of(content()),
        {.metadata = {{"sha256", to_hex(sha256_of(std::string_view(content())))}}});
  }

 private:
  ScriptedReply answer(const SeenRequest& seen) {
    if (seen.method == "HEAD" && landed)
      return {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(content().size()) + "\r\n" +
                       kHeadHeaders + "x-amz-meta-sha256: " + to_hex(sha256_of(std::string_view(content()))) +
                       "\r\n\r\n"};
    if (seen.method == "HEAD") return reply(404, "", "x-amz-request-id: r\r\n");
    if (seen.method == "DELETE") return ++aborts, reply(204, "");
    if (seen.method == "PUT") return part();
    if (seen.target.ends_with("?uploads="))
      return reply(200,
                   "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
    return complete(++completes);
  }
  HttpImposter server_{[this](const SeenRequest& seen) { return answer(seen); }};
};

TEST(S3Multipart, ALostReplyToCompleteIsReadBack) {
  Bucket bucket;
  bucket.complete = [&](int) {
    bucket.landed = true;
    return hang_up();
  };
  const auto receipt = bucket.put();
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(receipt->etag, "abc");
  EXPECT_EQ(bucket.completes, 1) << "it had happened: nothing is repeated";
  EXPECT_EQ(bucket.aborts, 0);
}

TEST(S3Multipart, ALostCompleteThatDidNotHappenIsRepeated) {
  Bucket bucket;
  bucket.complete = [](int attempt) { return attempt == 1 ? hang_up() : Bucket::done("\"etag-2\""); };
  const auto receipt = bucket.put();
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(receipt->etag, "etag-2");
}

TEST(S3Multipart, AnErrorInsideA200IsAnError) {
  Bucket bucket;
  bucket.complete = [](int attempt) {
    return attempt == 1 ? reply(200, "<Error><Code>InternalError</Code></Error>")
                        : Bucket::done("\"etag-2\"");
  };
  const auto receipt = bucket.put();
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(bucket.completes, 2);

  Bucket refusing;
  refusing.complete = [](int) { return reply(200, "<Error><Code>AccessDenied</Code></Error>"); };
  EXPECT_EQ(refusing.put().error().fault, Fault::kDenied);
  EXPECT_EQ(refusing.aborts, 1);
}

TEST(S3Multipart, AnUploadThatVanishedAfterALostReplyIsAnUnknownOutcome) {
  Bucket bucket;
  bucket.complete = [](int attempt) { return attempt == 1 ? hang_up() : s3_error(404, "NoSuchUpload"); };
  const auto receipt = bucket.put();
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kUnknownOutcome);
  EXPECT_EQ(bucket.aborts, 0) << "it may be the object by now";
}

TEST(S3Multipart, NothingIsUnknownBeforeComplete) {
  Bucket bucket;
  bucket.part = [] { return hang_up(); };
  const auto receipt = bucket.put();
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().fault, Fault::kTransient);
  EXPECT_EQ(bucket.completes, 0);
  EXPECT_EQ(bucket.aborts, 1);

  Bucket swept;
  swept.part = [] { return s3_error(404, "NoSuchUpload"); };
  EXPECT_EQ(swept.put().error().fault, Fault::kTransient) << "the upload is gone, and starts anew";
}

TEST(S3Multipart, APartWithoutAnEtagIsNoPart) {
  Bucket bucket;
  bucket.part = [] { return reply(200, ""); };
  EXPECT_EQ(bucket.put().error().fault, Fault::kCorrupt);
  EXPECT_EQ(bucket.completes, 0);
}

TEST(S3Multipart, AnEmptyEtagIsLookedUp) {
  Bucket bucket;
  bucket.complete = [&](int) {
    bucket.landed = true;
    return Bucket::done("");
  };
  const auto receipt = bucket.put();
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->etag, "abc");
}

}  // namespace
}  // namespace reconcile::s3::testing
