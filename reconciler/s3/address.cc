#include "reconciler/s3/address.h"

#include "reconciler/base/utf8.h"
#include "reconciler/net/url.h"

namespace reconcile::s3 {
namespace {

constexpr std::size_t kKeyBytesMax = 1024;  // S3 user guide, "Naming Amazon S3 objects"

tl::unexpected<Error> invalid(const std::string& what, const std::string& remedy) {
  return fail(Fault::kInvalidInput, what, remedy);
}

/// S3 user guide, "Bucket naming rules"; upper case and underscores of old buckets are let through.
Result<void> check_bucket(const std::string& name) {
  bool good = name.size() >= 3 && name.size() <= 255 && name.find("..") == std::string::npos;
  for (const char c : name)
    good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '.' || c == '_');
  if (!good) return invalid("\"" + name + "\" is not a bucket name", "3 to 63 of a-z, 0-9, - and .");
  return {};
}

bool is_number_address(const std::string& host) {
  return host.starts_with("[") || host.find_first_not_of("0123456789.") == std::string::npos;
}

/// s3.REGION.amazonaws.com and the like.
std::string region_in(const Profile& profile, const std::string& host) {
  const std::string_view form = profile.endpoint_form;
  const auto hole = form.find("{region}");
  if (hole == std::string_view::npos) return {};
  const std::string_view before = form.substr(8, hole - 8);  // after https://
  const std::string_view after = form.substr(hole + 8);
  if (!host.starts_with(before) || !host.ends_with(after) || host.size() <= before.size() + after.size())
    return {};
  return host.substr(before.size(), host.size() - before.size() - after.size());
}

std::string filled(std::string_view form, const std::string& region) {
  std::string out(form);
  return out.replace(out.find("{region}"), 8, region);
}

bool wants_path(const Profile& profile, const AddressSpec& spec, const std::string& host) {
  if (spec.addressing != Addressing::kAuto) return spec.addressing == Addressing::kPath;
  // A dot in the name does not match the wildcard certificate.
  return profile.path_style || spec.bucket.find('.') != std::string::npos || is_number_address(host) ||
         net::is_loopback(host);
}

}  // namespace

std::string Address::path_of(const std::string& key) const {
  if (key.empty()) return base_path.empty() ? "/" : base_path;
  return base_path + "/" + key;
}

Result<Address> resolve(const Profile& profile, const AddressSpec& spec) {
  TRY(check_bucket(spec.bucket));
  std::string endpoint = spec.endpoint;
  std::string region = spec.region;
  if (endpoint.empty()) {
    if (region.empty()) region = profile.region;
    if (profile.endpoint_form.empty() || region.empty())
      return invalid("provider " + std::string(profile.name) + " needs an endpoint", "set bucket.endpoint");
    endpoint = filled(profile.endpoint_form, region);
  }
  TRY_ASSIGN(const net::Url url, net::parse_url(endpoint));
  if (url.has_user)
    return invalid("the endpoint holds a user name or password", "put the keys under credentials");
  if (url.path == "/" + spec.bucket || url.path == "/" + spec.bucket + "/")
    return invalid("the endpoint " + url.origin() + " ends with the bucket's name", "remove /" + spec.bucket);
  if (url.path != "/" || !url.query.empty())
    return invalid("the endpoint " + url.origin() + " has a path", "write https://host[:port] alone");
  if (url.scheme == "http" && !spec.allow_http && !net::is_loopback(url.host))
    return invalid("the endpoint " + url.origin() + " is not encrypted", "use https, or set allowHttp: true");
  if (region.empty()) region = region_in(profile, url.host);
  if (region.empty()) region = profile.region;
  if (region.empty()) return invalid("the region of " + url.origin() + " is unknown", "set bucket.region");
  const bool path = wants_path(profile, spec, url.host);
  const std::string host = path ? url.authority() : spec.bucket + "." + url.authority();
  return Address{spec.bucket, region, url.scheme + "://" + host, host, path ? "/" + spec.bucket : ""};
}

Result<void> check_key(const std::string& key) {
  if (key.empty() || key.size() > kKeyBytesMax)
    return invalid("a key of " + std::to_string(key.size()) + " bytes", "S3 keys have 1 to 1,024 bytes");
  if (!is_utf8(key)) return invalid("a key that is not UTF-8", "rename the file");
  return {};
}

}  // namespace reconcile::s3
