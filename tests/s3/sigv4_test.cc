#include "reconciler/s3/sigv4.h"

#include <gtest/gtest.h>

#include "reconciler/base/units.h"

// Vectors: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring
// Payload in a Single Chunk (AWS Signature Version 4)", examples GET Object, PUT Object, GET Bucket
// Lifecycle and GET Bucket (List Objects).

namespace reconcile::s3 {
namespace {

const Instant kNow = *parse_time("2013-05-24T00:00:00Z");
const std::string kEmpty(kEmptyPayloadHash);

Signer signer() {
  return Signer(Secret("AKIAIOSFODNN7EXAMPLE"), Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                "us-east-1");
}

Pairs headers(std::initializer_list<std::pair<std::string, std::string>> more,
              const std::string& hash = kEmpty) {
  Pairs out{{"Host", "examplebucket.s3.amazonaws.com"},
            {"x-amz-content-sha256", hash},
            {"x-amz-date", "20130524T000000Z"}};
  out.insert(out.end(), more);
  return out;
}

constexpr const char* kScope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

TEST(SigV4, SignsThePublishedGetObject) {
  const SignedParts parts{"GET", "/test.txt", {}, headers({{"Range", "bytes=0-9"}}), kEmpty};
  EXPECT_EQ(canonical_request(parts),
            "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
            "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
            "x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(string_to_sign(canonical_request(parts), kNow, "20130524/us-east-1/s3/aws4_request"),
            "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
            "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
  EXPECT_EQ(signer().authorization(parts, kNow),
            std::string("AWS4-HMAC-SHA256 Credential=") + kScope +
                ",SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SigV4, SignsThePublishedPutObject) {
  const std::string hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
  const SignedParts parts{
      "PUT",
      "/test$file.text",
      {},
      headers({{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
              hash),
      hash};
  EXPECT_EQ(signer().authorization(parts, kNow),
            std::string("AWS4-HMAC-SHA256 Credential=") + kScope +
                ",SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
                "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(SigV4, SignsThePublishedGetBucketLifecycle) {
  const SignedParts parts{"GET", "/", {{"lifecycle", ""}}, headers({}), kEmpty};
  EXPECT_TRUE(signer()
                  .authorization(parts, kNow)
                  .ends_with("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(SigV4, SignsThePublishedListObjects) {
  const SignedParts parts{"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, headers({}), kEmpty};
  EXPECT_TRUE(signer()
                  .authorization(parts, kNow)
                  .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(SigV4, SignsAgainAfterMidnightWithAnotherKey) {
  Signer one = signer();
  const SignedParts parts{"GET", "/", {}, headers({}), kEmpty};
  const std::string today = one.authorization(parts, kNow);
  const std::string tomorrow = one.authorization(parts, kNow + Seconds(86'400));
  EXPECT_NE(today.substr(today.find("Signature")), tomorrow.substr(tomorrow.find("Signature")));
  EXPECT_EQ(one.authorization(parts, kNow), today) << "the cached key must be of the right day";
}

TEST(SigV4, EncodesPathsOnceAndTidiesNothing) {
  EXPECT_EQ(encoded_path("/b/a b+c=d&e//f/./../g~h"), "/b/a%20b%2Bc%3Dd%26e//f/./../g~h");
  EXPECT_EQ(encoded_path("/b/\xC3\xBC%41"), "/b/%C3%BC%2541");
}

TEST(SigV4, SortsTheQueryByItsEncodedForm) {
  EXPECT_EQ(encoded_query({{"prefix", "a b/=+"}, {"list-type", "2"}, {"delete", ""}}),
            "delete=&list-type=2&prefix=a%20b%2F%3D%2B");
  EXPECT_EQ(encoded_query({{"a", "b"}, {"a", "a"}, {"B", "x"}}), "B=x&a=a&a=b");
  EXPECT_EQ(encoded_query({}), "");
}

TEST(SigV4, TidiesHeaderValuesAsPublished) {
  const SignedParts parts{"GET", "/", {}, {{"X-Amz-Meta-A", "  b   c\t d "}, {"Host", "h"}}, kEmpty};
  EXPECT_NE(canonical_request(parts).find("\nhost:h\nx-amz-meta-a:b c d\n\n"), std::string::npos);
}

}  // namespace
}  // namespace reconcile::s3
