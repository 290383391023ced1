#pragma once
// Where a bucket is: endpoint, addressing style, region, and the URLs of its keys.

#include <string>

#include "reconciler/base/result.h"
#include "reconciler/model/desired.h"
#include "reconciler/s3/providers.h"

namespace reconcile::s3 {

struct AddressSpec {
  std::string bucket;
  std::string endpoint;  ///< empty: the profile's
  std::string region;    ///< empty: the endpoint's or the profile's
  Addressing addressing = Addressing::kAuto;
  bool allow_http = false;  ///< plain http to other machines
};

struct Address {
  std::string bucket;
  std::string region;
  std::string origin;     ///< https://host[:port], with the bucket in the host where that is the style
  std::string host;       ///< the Host header
  std::string base_path;  ///< "/bucket" or ""

  /// The raw path of a key, or of the bucket itself when the key is empty; starts with a slash.
  std::string path_of(const std::string& key) const;
};

/// kInvalidInput: bucket name against S3's rules, endpoint that is no plain origin, http to another machine,
/// region that nobody tells.
Result<Address> resolve(const Profile& profile, const AddressSpec& spec);

/// S3: 1 to 1,024 bytes; we ask for UTF-8 besides. kInvalidInput otherwise.
Result<void> check_key(const std::string& key);

}  // namespace reconcile::s3
