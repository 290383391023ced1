#include "reconciler/s3/providers.h"

#include <algorithm>
#include <array>

#include "reconciler/base/invariant.h"

namespace reconcile::s3 {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;  // as price lists have it

// Sources: developers.cloudflare.com/r2 (api/s3/api, buckets/object-lifecycles, platform/limits, pricing,
// api/s3/conditional-operations, objects/multipart-objects, buckets/public-buckets).
Profile r2() {
  Profile out{.provider = Provider::kR2, .name = "r2", .region = "auto"};
  out.equal_parts = true;
  out.metadata_max = Bytes(8192);
  out.default_rule_id = "Default Multipart Abort Rule";  // aborts unfinished uploads after 7 days
  out.conditional_put = Support::kYes;
  out.conditional_replace = Support::kYes;
  out.conditional_complete = true;
  out.public_by_endpoint = false;  // r2.dev or a custom domain, switched on in the dashboard
  // Class A: what writes, and listings. Class B: what reads, HeadBucket and the lifecycle document too.
  out.prices = {.storage_gb_month = MicroUsd(15'000),
                .free_storage = Bytes(10 * kGigabyte),
                .requests = {{{MicroUsd(4'500'000), 1'000'000}, {MicroUsd(360'000), 10'000'000}, {}}},
                .as_of = "2026-11"};
  out.notes = {
      "lifecycle rules need a token with Admin Read & Write; with Object Read & Write they are left alone",
      "r2.dev addresses are rate-limited: a custom domain is meant for production",
      "R2 takes one write a second to the same key"};
  return out;
}

// Sources: backblaze.com/apidocs (s3-put-lifecycle-configuration, s3-get-lifecycle-configuration,
// b2-upload-file), backblaze.com/b2/b2-transactions-price.html. The storage price moved in 2026.
Profile b2() {
  Profile out{
      .provider = Provider::kB2, .name = "b2", .endpoint_form = "https://s3.{region}.backblazeb2.com"};
  out.metadata_max = Bytes(2048);  // 7,000 without, 2,048 with server-side encryption or object lock
  out.expire_hides = true;
  out.marker_twins = true;
  out.conditional_put = Support::kNo;  // answers 501
  out.conditional_replace = Support::kNo;
  // Class A (uploads, deletes) is free; of B (get, head) and C (all else) 2,500 a day are. Newer pages speak
  // of free egress up to three times what is stored; the page that was read has 1 GB a day, and the careful
  // side is taken.
  out.prices = {.storage_gb_month = MicroUsd(6'000),
                .free_storage = Bytes(10 * kGigabyte),
                .requests = {{{}, {MicroUsd(400'000), 75'000}, {MicroUsd(4'000'000), 75'000}}},
                .lists = RequestClass::kC,
                .settings = RequestClass::kC,
                .egress_gb = MicroUsd(10'000),
                .free_egress = Bytes(30 * kGigabyte),
                .as_of = "2026-11"};
  out.notes = {
      "B2 hides expired objects and goes on billing them until a rule for noncurrent versions deletes them",
      "B2 has no conditional writes: the key is looked at before it is written",
      "the master key does not work with the S3 interface: make an application key"};
  return out;
}

// Sources: docs.aws.amazon.com/AmazonS3 (API_LifecycleRule, conditional-writes, qfacts, UsingMetadata);
// prices of us-east-1, first 50 TB.
Profile aws() {
  Profile out{.provider = Provider::kAws,
              .name = "aws",
              .endpoint_form = "https://s3.{region}.amazonaws.com",
              .region = "us-east-1",
              .path_style = false};
  out.conditional_put = Support::kYes;
  out.conditional_replace = Support::kYes;
  out.conditional_complete = true;
  out.location_constraint = true;
  // The free tier of new accounts is left out: it ends. 100 GB of egress a month are every account's, over
  // all services.
  out.prices = {.storage_gb_month = MicroUsd(23'000),
                .requests = {{{MicroUsd(5'000'000), 0}, {MicroUsd(400'000), 0}, {}}},
                .egress_gb = MicroUsd(90'000),
                .free_egress = Bytes(100 * kGigabyte),
                .as_of = "2026-11"};
  out.notes = {"readers need a bucket policy, and Block Public Access switched off"};
  return out;
}

// Sources: docs.wasabi.com (lifecycle-policy, rest-api-introduction, minimum storage duration).
Profile wasabi() {
  Profile out{.provider = Provider::kWasabi,
              .name = "wasabi",
              .endpoint_form = "https://s3.{region}.wasabisys.com",
              .region = "us-east-1"};
  out.abort_uploads_rule = false;          // in none of the pages read
  out.conditional_replace = Support::kNo;  // in none of the pages read
  out.location_constraint = true;
  // Neither requests nor egress are billed; a month's egress is meant to stay below what is stored.
  out.prices = {.storage_gb_month = MicroUsd(7'990),
                .minimum_storage = Bytes(1000 * kGigabyte),
                .minimum_days = 90,
                .minimum_object = Bytes(4096),
                .as_of = "2026-11"};
  out.notes = {"Wasabi bills every object for at least 90 days: expiring earlier saves nothing",
               "public reading has to be enabled for the account"};
  return out;
}

// Sources: min.io/docs (reference/s3-api-compatibility).
Profile minio() {
  Profile out{.provider = Provider::kMinio, .name = "minio", .region = "us-east-1"};
  out.abort_uploads_rule = false;  // the server purges stale uploads itself after 24 h
  out.notes = {"MinIO removes unfinished uploads by itself after 24 hours"};
  return out;
}

// Observed with Ceph 16.2.15; other releases differ in conditional writes.
Profile ceph() {
  Profile out{.provider = Provider::kCeph, .name = "ceph", .region = "us-east-1"};
  out.metadata_max = Bytes(8000);
  return out;
}

Profile other() { return {.provider = Provider::kS3, .name = "s3", .region = "us-east-1"}; }

Profile directory() {
  Profile out{.provider = Provider::kDirectory, .name = "directory"};
  out.lifecycle_enforced = false;
  out.metadata_max = Bytes(1u << 20);
  out.conditional_put = Support::kYes;
  out.conditional_replace = Support::kYes;
  return out;
}

}  // namespace

const Profile& profile_of(Provider provider) {
  static const std::array<Profile, 8> kProfiles{r2(),    b2(),   aws(),   wasabi(),
                                                minio(), ceph(), other(), directory()};
  const auto found = std::find_if(kProfiles.begin(), kProfiles.end(),
                                  [&](const Profile& profile) { return profile.provider == provider; });
  INVARIANT(found != kProfiles.end());
  return *found;
}

}  // namespace reconcile::s3
