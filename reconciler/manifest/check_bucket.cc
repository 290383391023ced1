#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/manifest/check.h"
#include "reconciler/model/index.h"
#include "reconciler/model/key_template.h"

namespace reconcile::manifest {
namespace {

constexpr const char* kEndpoint = "spec.bucket.endpoint";
constexpr const char* kPublicUrl = "spec.bucket.publicUrl";

/// S3 bucket naming rules (user guide); servers that one runs oneself allow more.
bool is_bucket_name(std::string_view name, bool strict) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.size() < 3 || name.size() > 63 || !std::all_of(name.begin(), name.end(), [&](char c) {
        return plain(c) || c == '-' || c == '.' || (!strict && ((c >= 'A' && c <= 'Z') || c == '_'));
      }))
    return false;
  return !strict || (plain(name.front()) && plain(name.back()));
}

void check_web(const char* address, const std::string& text, bool allow_http, Notes& notes) {
  const auto url = web_address(text);
  if (!url) return notes.error(address, url.error().cause, url.error().remedy);
  if (url->scheme != "https" && !url->is_http())
    return notes.error(address, "begins with neither https:// nor http://", "write https://");
  if (url->is_http() && !url->is_loopback() && !allow_http)
    notes.error(address,
                "is plain http to another machine: keys and data could be read and changed on the way",
                "write https://, or set spec.bucket.allowHttp: true");
}

void check_directory(const Desired& desired, Notes& notes) {
  const BucketSpec& bucket = desired.bucket;
  if (bucket.path.empty())
    notes.error("spec.bucket.path", "is required for provider directory",
                "write the folder, such as path: ./bucket");
  for (const char* other : {"endpoint", "credentials", "region"})
    if (notes.given(fmt::format("spec.bucket.{}", other)))
      notes.error(fmt::format("spec.bucket.{}", other), "means nothing for provider directory",
                  "leave it out");
  if (!bucket.public_url.empty() && !bucket.public_url.starts_with("file://"))
    check_web(kPublicUrl, bucket.public_url, bucket.allow_http, notes);
}

void check_credentials(const BucketSpec& bucket, Notes& notes) {
  const auto need = [&](const SecretRef& reference, const char* name, const char* variable) {
    if (reference.source == SecretRef::Source::kNone)
      notes.error(fmt::format("spec.bucket.credentials.{}", name), "is required",
                  fmt::format("write {}: {{fromEnv: {}}}", name, variable));
  };
  need(bucket.access_key_id, "accessKeyId", "S3_ACCESS_KEY");
  need(bucket.secret_access_key, "secretAccessKey", "S3_SECRET_KEY");
}

void check_endpoint(const BucketSpec& bucket, Notes& notes) {
  const Provider provider = bucket.provider;
  const bool known_by_region =
      provider == Provider::kAws || provider == Provider::kB2 || provider == Provider::kWasabi;
  if (bucket.endpoint.empty()) {
    if (known_by_region && !bucket.region.empty()) return;
    const char* remedy = provider == Provider::kR2 ? "write https://<account id>.r2.cloudflarestorage.com"
                         : known_by_region         ? "write the region, or the endpoint"
                                                   : "write https://host of the S3 API";
    return notes.error(kEndpoint, "is required", remedy);
  }
  check_web(kEndpoint, bucket.endpoint, bucket.allow_http, notes);
  const auto url = web_address(bucket.endpoint);
  if (url && !url->path.empty() && url->path != "/")
    notes.error(kEndpoint, "has a path: the bucket does not belong there",
                "write https://host alone; the bucket's name stands in spec.bucket.name");
}

void check_public_url(const Desired& desired, Notes& notes) {
  const BucketSpec& bucket = desired.bucket;
  if (bucket.public_url.empty()) {
    if (desired.commitment)
      notes.error(kPublicUrl, "is required: it is what readers fetch",
                  "enable public access at the provider and write its address, or use strategy: none");
    return;
  }
  check_web(kPublicUrl, bucket.public_url, bucket.allow_http, notes);
  const auto url = web_address(bucket.public_url);
  // R2's S3 endpoint answers nobody without a signature; public access is another address (R2 documentation).
  if (url && url->host.ends_with(".r2.cloudflarestorage.com"))
    notes.error(kPublicUrl, "is R2's S3 endpoint, which never answers readers without credentials",
                "enable the bucket's r2.dev address or connect a custom domain, and write that");
}

}  // namespace

void check_bucket(const Desired& desired, Notes& notes) {
  const BucketSpec& bucket = desired.bucket;
  if (bucket.provider == Provider::kDirectory) return check_directory(desired, notes);
  const bool strict = bucket.provider == Provider::kR2 || bucket.provider == Provider::kAws ||
                      bucket.provider == Provider::kWasabi;
  if (bucket.name.empty())
    notes.error("spec.bucket.name", "is required", "write the bucket's name");
  else if (!is_bucket_name(bucket.name, strict))
    notes.error("spec.bucket.name", "is no bucket name", "use 3 to 63 lower-case letters, digits, - and .");
  if (!bucket.path.empty())
    notes.error("spec.bucket.path", "belongs to provider directory only",
                "leave it out, or use provider: directory");
  check_credentials(bucket, notes);
  check_endpoint(bucket, notes);
  check_public_url(desired, notes);
}

}  // namespace reconcile::manifest
