#pragma once
// AWS Signature Version 4 for S3, pure: the time is handed in and nothing is sent.
// Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconciler/base/secret.h"
#include "reconciler/base/strong.h"

namespace reconcile::s3 {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// In place of the payload's hash where the bytes are not known beforehand.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
/// SHA-256 of no bytes at all.
inline constexpr std::string_view kEmptyPayloadHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What is signed. Path and query are raw bytes: they are encoded once, here, and S3 never tidies the path.
struct SignedParts {
  std::string method;
  std::string path;  ///< starts with a slash
  Pairs query;
  Pairs headers;  ///< every header to be signed, `host` among them; any case, each name once
  std::string payload_hash;
};

/// The path and query exactly as they must stand in the URL: `=`, space, `+`, `//` and UTF-8 encoded once,
/// query sorted by encoded name and value.
std::string encoded_path(std::string_view path);
std::string encoded_query(const Pairs& query);

/// Step 1 of the published algorithm.
std::string canonical_request(const SignedParts& parts);
/// Step 2. `scope` is date/region/service/aws4_request.
std::string string_to_sign(std::string_view canonical, Instant now, std::string_view scope);

/// `20130524T000000Z`: the value of x-amz-date.
std::string amz_date(Instant now);

/// Thread-safe. Keeps the derived key of the current day, so that signing costs about three hashes.
class Signer {
 public:
  Signer(Secret access_key_id, Secret secret_access_key, std::string region, std::string service = "s3");
  /// The Authorization header's value. The parts must hold `x-amz-date` with the same time.
  std::string authorization(const SignedParts& parts, Instant now);
  const std::string& region() const { return region_; }

 private:
  Secret key_for(const std::string& day);

  Secret access_key_id_;
  Secret secret_access_key_;
  std::string region_;
  std::string service_;
  std::mutex mutex_;
  std::string cached_day_;
  Secret cached_key_;
};

}  // namespace reconcile::s3
