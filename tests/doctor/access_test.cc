// What each provider answers to a wrong key, a wrong secret, a wrong bucket: told apart by its own codes.
#include <gtest/gtest.h>

#include "reconciler/doctor/checks.h"
#include "reconciler/s3/errors.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kEmptyList =
    R"(<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>)";

s3::Answer answer(int status, const std::string& code, const std::string& message = "") {
  s3::Answer out;
  out.response.status = status;
  out.error.code = code;
  out.error.message = message;
  return out;
}

Access judged(const s3::Answer& given, Findings& findings, bool may_create = false) {
  const Error refusal =
      given.ok()
          ? Error{}
          : s3::error_of({.what = "list s3://b", .status = given.response.status, .document = given.error});
  return judge_access(given, refusal, may_create, findings);
}

struct Row {
  const char* provider;
  int status;
  const char* code;
  const char* message;
  const char* fails;   ///< the one check that fails
  const char* remedy;  ///< words of it
};

constexpr Row kRows[] = {
    {"r2, key id", 401, "Unauthorized", "", "bucket/credentials", "accessKeyId"},
    {"b2, key id", 403, "InvalidAccessKeyId", "Malformed Access Key Id", "bucket/credentials", "master key"},
    {"b2, unknown key id", 403, "InvalidAccessKeyId", "", "bucket/credentials", "accessKeyId"},
    {"aws, key id", 403, "InvalidAccessKeyId", "", "bucket/credentials", "accessKeyId"},
    {"wasabi, locked out", 403, "AuthenticationLockout", "", "bucket/credentials", "5 minutes"},
    {"any, secret", 403, "SignatureDoesNotMatch", "", "bucket/credentials", "secretAccessKey"},
    {"any, other bucket's token", 403, "AccessDenied", "", "bucket/access", "exactly this bucket"},
    {"any, no document", 403, "", "", "bucket/access", "exactly this bucket"},
    {"wasabi, account", 403, "AccountProblem", "", "bucket/access", "billing"},
    {"r2, not entitled", 403, "NotEntitled", "", "bucket/access", "billing"},
    {"any, no bucket", 404, "NoSuchBucket", "", "bucket/exists", "bucket.name"},
    {"aws, region", 301, "PermanentRedirect", "", "bucket/access", "region"},
    {"no S3 server", 404, "", "", "bucket/access", "endpoint"},
    {"any, trouble", 503, "SlowDown", "", "bucket/access", "again"},
};

TEST(Access, NamesOneCauseForEachRefusalOfEachProvider) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.provider);
    Findings findings;
    EXPECT_EQ(Access::kRefused, judged(answer(row.status, row.code, row.message), findings));
    std::size_t failed = 0;
    for (const Check& check : findings.take()) {
      if (check.verdict != Verdict::kFail) continue;
      ++failed;
      EXPECT_EQ(row.fails, check.id);
      EXPECT_NE(check.remedy.find(row.remedy), std::string::npos) << check.remedy;
    }
    EXPECT_EQ(1u, failed);
  }
}

TEST(Access, BlamesAWrongClockForWhatItMakesOfASignature) {
  for (const char* code : {"RequestTimeTooSkewed", "SignatureDoesNotMatch", "AccessDenied"}) {
    Findings findings;
    findings.fail("bucket/clock", "20m behind", "NTP");
    judged(answer(403, code), findings);
    for (const Check& check : findings.take()) {
      if (check.verdict == Verdict::kFail) {
        EXPECT_EQ("bucket/clock", check.id);
      }
      if (check.id == "bucket/credentials") {
        EXPECT_EQ(std::vector<std::string>{"bucket/clock"}, check.because);
      }
    }
  }
}

TEST(Access, SaysAWrongKeyIdAlsoWhenTheClockIsWrong) {
  Findings findings;
  findings.fail("bucket/clock", "20m behind", "NTP");
  judged(answer(403, "InvalidAccessKeyId"), findings);
  EXPECT_TRUE(findings.failed("bucket/credentials"));
}

TEST(Access, DoesNotBlameAMissingBucketThatTheNextPassMakes) {
  Findings findings;
  EXPECT_EQ(Access::kAbsent, judged(answer(404, "NoSuchBucket"), findings, true));
  for (const Check& check : findings.take()) EXPECT_NE(Verdict::kFail, check.verdict) << check.id;
}

TEST(Access, IsReadableOnlyWhereAListingCame) {
  Findings good;
  s3::Answer listing = answer(200, "");
  listing.response.body = kEmptyList;
  EXPECT_EQ(Access::kReadable, judged(listing, good));
  EXPECT_FALSE(good.failed("bucket/access"));
  Findings bad;
  listing.response.body = "<html>Welcome</html>";
  EXPECT_EQ(Access::kRefused, judged(listing, bad));
  EXPECT_TRUE(bad.failed("bucket/access"));
  EXPECT_FALSE(bad.failed("bucket/credentials"));
}

}  // namespace
}  // namespace reconcile::doctor
