#pragma once
// What an S3 server's refusal means, by table.

#include <optional>
#include <string>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"
#include "reconciler/s3/xml.h"

namespace reconcile::s3 {

/// An answer that is not 2xx.
struct Refused {
  std::string what;  ///< "put s3://bucket/key"
  int status = 0;
  ErrorDocument document;              ///< code empty: the answer had no Error document
  std::string region;                  ///< x-amz-bucket-region
  std::optional<Seconds> clock_ahead;  ///< this machine's clock minus the answer's Date
  std::optional<Seconds> retry_after;
  bool repeatable = true;  ///< false: a 5xx may have taken effect, and repeating is not the same as once
};

/// Cause: what, HTTP status, S3 code, message, request id. Remedy: by code, then by status.
Error error_of(const Refused& refused);

/// Whether the same request may succeed soon: throttling and server errors, not a full quota.
bool worth_repeating(int status, const std::string& code);

}  // namespace reconcile::s3
