#include "reconciler/s3/errors.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "reconciler/base/units.h"

namespace reconcile::s3 {
namespace {

struct Meaning {
  std::string_view code;
  Fault fault;
  std::string_view remedy;
};

constexpr std::string_view kCheckKeyId =
    "the provider does not know this access key id: check accessKeyId, and that the endpoint belongs to the "
    "same "
    "account";
constexpr std::string_view kCheckSecret =
    "the secret key does not belong to this access key id: check secretAccessKey for missing or extra "
    "characters";
constexpr std::string_view kCheckClock = "set this machine's clock (NTP); S3 accepts 15 minutes";
constexpr std::string_view kGrant = "give this key the permission, or use a key that has it";
constexpr std::string_view kNoBucket =
    "check bucket.name and endpoint, or create the bucket (bucket.create: true)";
constexpr std::string_view kRegion = "set bucket.region and endpoint to where the bucket lives";
constexpr std::string_view kSlower = "it is tried again more slowly; fewer parallel uploads help";
constexpr std::string_view kLater = "the server has trouble; it is tried again";
constexpr std::string_view kDamaged = "the bytes were damaged on the way and not stored; it is tried again";
constexpr std::string_view kElsewhere = "somebody else changed it; it is looked at again on the next pass";
constexpr std::string_view kNotThere = "the provider cannot do this";
constexpr std::string_view kFull = "the account's storage quota is used up: raise it, or expire more";

// Codes of the S3 API reference ("Error responses"), and those that R2, B2, Wasabi and Ceph use besides.
constexpr Meaning kMeanings[] = {
    {"InvalidAccessKeyId", Fault::kAuth, kCheckKeyId},
    {"Unauthorized", Fault::kAuth, kCheckKeyId},  // R2, with 401
    {"InvalidToken", Fault::kAuth, kCheckKeyId},
    {"SignatureDoesNotMatch", Fault::kAuth, kCheckSecret},
    {"AuthenticationLockout", Fault::kAuth, "too many wrong attempts: wait 5 minutes, then check the keys"},
    {"RequestTimeTooSkewed", Fault::kClockSkew, kCheckClock},
    {"RequestExpired", Fault::kClockSkew, kCheckClock},
    {"AccessDenied", Fault::kDenied, kGrant},
    {"AllAccessDisabled", Fault::kDenied, kGrant},
    {"AccountProblem", Fault::kDenied, "the provider has blocked the account: look at its billing page"},
    {"NotEntitled", Fault::kDenied, "the account lacks this product: look at its billing page"},
    {"NoSuchBucket", Fault::kNotFound, kNoBucket},
    {"NoSuchKey", Fault::kNotFound, "there is no such object"},
    {"NoSuchUpload", Fault::kNotFound, "the upload is gone (finished, or aborted by a rule); it starts anew"},
    {"NoSuchLifecycleConfiguration", Fault::kNotFound, "no lifecycle rules are set"},
    {"SlowDown", Fault::kQuota, kSlower},
    {"TooManyRequests", Fault::kQuota, kSlower},
    {"RequestRateLimitExceeded", Fault::kQuota, kSlower},
    {"RequestLimitExceeded", Fault::kQuota, kSlower},
    {"Throttling", Fault::kQuota, kSlower},
    {"ThrottlingException", Fault::kQuota, kSlower},
    {"BandwidthLimitExceeded", Fault::kQuota, kSlower},
    {"QuotaExceeded", Fault::kQuota, kFull},
    {"XMinioStorageFull", Fault::kQuota, kFull},
    {"InternalError", Fault::kTransient, kLater},
    {"ServiceUnavailable", Fault::kTransient, kLater},
    {"RequestTimeout", Fault::kTransient, kLater},
    {"OperationAborted", Fault::kTransient, kLater},
    {"BadDigest", Fault::kTransient, kDamaged},
    {"XAmzContentSHA256Mismatch", Fault::kTransient, kDamaged},
    {"IncompleteBody", Fault::kTransient, kDamaged},
    {"PreconditionFailed", Fault::kConflict, kElsewhere},
    {"ConditionalRequestConflict", Fault::kConflict, kElsewhere},
    {"BucketAlreadyExists", Fault::kConflict, "somebody else owns a bucket of this name: choose another"},
    {"PermanentRedirect", Fault::kInvalidInput, kRegion},
    {"TemporaryRedirect", Fault::kInvalidInput, kRegion},
    {"AuthorizationHeaderMalformed", Fault::kInvalidInput, kRegion},
    {"IllegalLocationConstraintException", Fault::kInvalidInput, kRegion},
    {"InvalidRegion", Fault::kInvalidInput, kRegion},
    {"InvalidBucketName", Fault::kInvalidInput, "check bucket.name"},
    {"MetadataTooLarge", Fault::kInvalidInput, "shorten the names in the metadata"},
    {"EntityTooLarge", Fault::kInvalidInput, "split the file"},
    {"NotImplemented", Fault::kUnsupported, kNotThere},
    {"MethodNotAllowed", Fault::kUnsupported, kNotThere},
};

Meaning by_status(int status, bool has_document) {
  if (status >= 300 && status < 400) return {"", Fault::kInvalidInput, kRegion};
  if (status == 401) return {"", Fault::kAuth, kCheckKeyId};
  if (status == 403) return {"", Fault::kDenied, kGrant};
  // A proxy's or a web server's 404 says nothing about the bucket.
  if (status == 404 && !has_document)
    return {"", Fault::kInvalidInput, "this does not answer like an S3 server: check the endpoint"};
  if (status == 404) return {"", Fault::kNotFound, "it does not exist"};
  if (status == 405 || status == 501) return {"", Fault::kUnsupported, kNotThere};
  if (status == 408) return {"", Fault::kTransient, kLater};
  if (status == 409 || status == 412) return {"", Fault::kConflict, kElsewhere};
  if (status == 429) return {"", Fault::kQuota, kSlower};
  if (status >= 500) return {"", Fault::kTransient, kLater};
  return {"", Fault::kInvalidInput, "the server refuses the request: check bucket, endpoint and region"};
}

Meaning meaning_of(int status, const std::string& code) {
  for (const Meaning& meaning : kMeanings)
    if (meaning.code == code) return meaning;
  return by_status(status, !code.empty());
}

std::string skew_text(Seconds ahead) {
  const Seconds size(std::abs(ahead.count()));
  return "this machine's clock is " + print_duration(size) + (ahead.count() < 0 ? " behind" : " ahead of") +
         " the server's";
}

}  // namespace

bool worth_repeating(int status, const std::string& code) {
  const Meaning meaning = meaning_of(status, code);
  return (meaning.fault == Fault::kTransient || meaning.fault == Fault::kQuota) && meaning.remedy != kFull;
}

Error error_of(const Refused& refused) {
  const ErrorDocument& document = refused.document;
  const Meaning meaning = meaning_of(refused.status, document.code);
  Error out{meaning.fault, refused.what + ": HTTP " + std::to_string(refused.status),
            std::string(meaning.remedy), refused.retry_after.value_or(Seconds(0))};
  if (!document.code.empty()) out.cause += " " + document.code;
  if (!document.message.empty()) out.cause += ": " + document.message;
  if (!document.request_id.empty()) out.cause += " (request id " + document.request_id + ")";
  if (meaning.fault == Fault::kClockSkew && refused.clock_ahead)
    out.cause += "; " + skew_text(*refused.clock_ahead);
  const std::string& region = refused.region.empty() ? document.region : refused.region;
  if (meaning.remedy == kRegion && !region.empty())
    out.remedy = "the bucket lives in region " + region + ": " + out.remedy;
  if (refused.retry_after && meaning.fault == Fault::kQuota)
    out.remedy = "wait " + print_duration(*refused.retry_after) + " as the server asks; " + out.remedy;
  if (meaning.fault == Fault::kTransient && !refused.repeatable && refused.status >= 500 &&
      refused.status != 503) {
    out.fault = Fault::kUnknownOutcome;
    out.remedy = "it may have happened: it is read back before anything is repeated";
  }
  return out;
}

}  // namespace reconcile::s3
