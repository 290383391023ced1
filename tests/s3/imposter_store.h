#pragma once
// An S3Store in front of a scripted server, with waits that are only noted.

#include "tests/net/http_imposter.h"

#include <gtest/gtest.h>

#include "reconciler/s3/store.h"

namespace reconcile::s3::testing {

using reconcile::testing::hang_up;
using reconcile::testing::HttpImposter;
using reconcile::testing::reply;
using reconcile::testing::ScriptedReply;
using reconcile::testing::SeenRequest;

struct Waits {
  std::vector<Milliseconds> each;
};

inline S3Options options_for(const std::string& endpoint, Waits* waits = nullptr) {
  S3Options out;
  out.provider = Provider::kS3;
  out.bucket = "bucket";
  out.endpoint = endpoint;
  out.region = "us-east-1";
  out.access_key_id = Secret("AKIDSECRETID");
  out.secret_access_key = Secret("verysecretkeyvalue");
  out.retry.sleep = [waits](Milliseconds wait) {
    if (waits) waits->each.push_back(wait);
    return true;
  };
  return out;
}

inline std::unique_ptr<S3Store> open_store(const S3Options& options) {
  auto store = open_s3(options);
  EXPECT_TRUE(store) << (store ? "" : store.error().cause);
  return store ? *std::move(store) : nullptr;
}

inline ScriptedReply s3_error(int status, const std::string& code, const std::string& message = "",
                              const std::string& headers = "") {
  return reply(status,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" +
                   message + "</Message><RequestId>REQ42</RequestId></Error>",
               "x-amz-request-id: REQ42\r\n" + headers);
}

inline std::string listed(const std::string& key) {
  return "<Contents><Key>" + key +
         "</Key><LastModified>2026-11-22T07:20:14.000Z</LastModified><ETag>\"e\"</ETag><Size>1</Size></"
         "Contents>";
}
inline std::string page(const std::string& entries, const std::string& next_token = "") {
  return "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>" +
         std::string(next_token.empty() ? "false" : "true") + "</IsTruncated>" +
         (next_token.empty() ? "" : "<NextContinuationToken>" + next_token + "</NextContinuationToken>") +
         entries + "</ListBucketResult>";
}
inline const std::string kHeadHeaders = "Last-Modified: Sun, 22 Nov 2026 07:20:14 GMT\r\nETag: \"abc\"\r\n";

}  // namespace reconcile::s3::testing
