#pragma once
// What is known of each provider, as data. The planner never sees this: capabilities and prices are copied
// out of it. Figures were read in November 2026; where a page could not be read the entry says "probe" or
// takes the careful side.

#include <cstdint>
#include <string_view>
#include <vector>

#include "reconciler/model/desired.h"
#include "reconciler/model/prices.h"

namespace reconcile::s3 {

enum class Support { kNo, kYes, kProbe };

struct Profile {
  Provider provider = Provider::kS3;
  std::string_view name;           ///< as in the manifest
  std::string_view endpoint_form;  ///< {region} to be filled in; empty: the manifest must name it
  std::string_view region;         ///< default; empty: told by the endpoint, or the manifest must name it
  bool path_style = true;          ///< what `addressing: auto` means

  Bytes part_min{5ull << 20};
  Bytes part_max{5ull << 30};
  std::uint32_t parts_max = 10'000;
  bool equal_parts = false;  ///< all parts but the last must have one size (we always send such)
  Bytes metadata_max{2048};  ///< names and values of user metadata

  bool lifecycle_document = true;
  bool lifecycle_enforced = true;
  bool abort_uploads_rule = true;
  bool expire_hides = false;         ///< expiring hides, the bytes stay billed
  bool marker_twins = false;         ///< see LifecycleDialect
  std::string_view default_rule_id;  ///< a rule that new buckets have by themselves
  Support conditional_put = Support::kProbe;
  Support conditional_replace = Support::kProbe;  ///< If-Match on PutObject
  bool conditional_complete = false;              ///< If-None-Match on CompleteMultipartUpload too
  bool location_constraint = false;               ///< CreateBucket wants the region in its body
  bool public_by_endpoint = true;       ///< a bucket made public is readable at the endpoint's own URLs
  PriceTable prices;                    ///< `as_of` empty where there is no price list
  std::vector<std::string_view> notes;  ///< whole sentences for the plan
};

const Profile& profile_of(Provider provider);

}  // namespace reconcile::s3
