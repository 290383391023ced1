// Wrong key, wrong secret, wrong bucket, no permission: told apart by the provider's own codes.
#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

#include "reconciler/doctor/checks.h"
#include "reconciler/s3/xml.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kKeys = "bucket/credentials";
constexpr const char* kExists = "bucket/exists";
constexpr const char* kAccess = "bucket/access";
constexpr const char* kClock = "bucket/clock";

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// What follows from credentials that are refused.
void keys_fail(const Error& refusal, const std::string& remedy, Findings& findings) {
  findings.fail(kKeys, refusal.cause, remedy.empty() ? refusal.remedy : remedy);
  findings.hidden(kExists, {kKeys});
  findings.hidden(kAccess, {kKeys});
}

void clock_hides_keys(const Error& refusal, Findings& findings) {
  findings.skip_on(kKeys, kClock, "nothing signed is accepted with this clock: " + refusal.cause);
  findings.hidden(kExists, {kClock});
  findings.hidden(kAccess, {kClock});
}

/// The keys are good, and the bucket is out of their reach.
void access_fails(const Error& refusal, const std::string& remedy, Findings& findings) {
  findings.ok(kKeys, "the key id and its secret are accepted");
  findings.fail(kAccess, refusal.cause, remedy.empty() ? refusal.remedy : remedy);
  findings.skip_on(kExists, kAccess, "there or not: this key may not look");
}

void bucket_is_missing(const Error& refusal, bool may_create, Findings& findings) {
  findings.ok(kKeys, "the key id and its secret are accepted");
  if (may_create)
    findings.ok(kExists, "there is no bucket of this name yet: the next pass creates it (create: true)");
  else
    findings.fail(kExists, refusal.cause, refusal.remedy);
  if (!findings.hidden(kAccess, {kExists})) findings.skip(kAccess, "there is no bucket yet");
}

}  // namespace

Access judge_access(const s3::Answer& answer, const Error& refusal, bool may_create, Findings& findings) {
  const std::string& code = answer.error.code;
  if (answer.ok()) {
    if (const auto page = s3::read_list(answer.response.body); !page) {
      findings.fail(kAccess, "what answers is no S3 server: " + page.error().cause,
                    "check bucket.endpoint: it is the S3 API's address, not that of a website");
      findings.skip_on(kKeys, kAccess, "nothing that knows keys has answered");
      findings.skip_on(kExists, kAccess, "nothing that knows buckets has answered");
      return Access::kRefused;
    }
    findings.ok(kKeys, "the key id and its secret are accepted");
    findings.ok(kExists, "the bucket is there");
    findings.ok(kAccess, "this key may list the bucket");
    return Access::kReadable;
  }
  const bool wrong_clock = findings.failed(kClock);
  if (refusal.fault == Fault::kClockSkew ||
      (wrong_clock && is_one_of(code, {"SignatureDoesNotMatch", "AccessDenied", "Unauthorized"}))) {
    if (wrong_clock)
      clock_hides_keys(refusal, findings);
    else
      keys_fail(refusal, "", findings);
    return Access::kRefused;
  }
  // The message of Backblaze for the master key, and for ids with missing characters.
  if (code == "InvalidAccessKeyId" && answer.error.message.find("Malformed") != std::string::npos)
    keys_fail(refusal,
              "check accessKeyId for missing characters; on B2 the master key does not work with S3: make an "
              "application key",
              findings);
  else if (refusal.fault == Fault::kAuth)
    keys_fail(refusal, "", findings);
  else if (code == "NoSuchBucket")
    bucket_is_missing(refusal, may_create, findings);
  else if (is_one_of(code, {"AccessDenied", "AllAccessDisabled"}) ||
           (code.empty() && refusal.fault == Fault::kDenied))
    access_fails(
        refusal,
        "the key is good, and not for this bucket: make a token for exactly this bucket, with object "
        "read and write, or check bucket.name and whose bucket it is",
        findings);
  else if (refusal.fault == Fault::kDenied)  // the account as such
    access_fails(refusal, "", findings);
  else {
    findings.fail(kAccess, refusal);
    findings.skip_on(kKeys, kAccess, "the keys were not weighed");
    findings.skip_on(kExists, kAccess, "the bucket was not looked at");
  }
  return code == "NoSuchBucket" && may_create ? Access::kAbsent : Access::kRefused;
}

}  // namespace reconcile::doctor
