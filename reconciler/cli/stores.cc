#include "reconciler/cli/stores.h"

#include "reconciler/directory/public_reader.h"
#include "reconciler/s3/providers.h"
#include "reconciler/s3/public_reader.h"

namespace reconcile::cli {
namespace {

directory::DirectoryOptions directory_options(const BucketSpec& bucket) {
  return {bucket.path, bucket.public_url};
}

}  // namespace

Result<std::unique_ptr<s3::S3Store>> open_s3_store(const Publication& publication, UploadLog* uploads,
                                                   const s3::RetryPolicy& retry) {
  const BucketSpec& bucket = publication.desired.bucket;
  s3::S3Options options{
      .provider = bucket.provider,
      .bucket = bucket.name,
      .endpoint = bucket.endpoint,
      .region = bucket.region,
      .addressing = bucket.addressing,
      .public_url = bucket.public_url,
      .ca_file = bucket.ca_file,
      .allow_http = bucket.allow_http,
      .upload_log = uploads,
      .send_bytes_per_second = publication.desired.upload.max_bandwidth.value_or(Bytes(0)).get(),
      .retry = retry};
  TRY_ASSIGN(options.access_key_id, manifest::resolve(bucket.access_key_id, *publication.environment));
  TRY_ASSIGN(options.secret_access_key,
             manifest::resolve(bucket.secret_access_key, *publication.environment));
  return s3::open_s3(options);
}

std::unique_ptr<directory::DirectoryStore> open_directory_store(const BucketSpec& bucket) {
  return std::make_unique<directory::DirectoryStore>(directory_options(bucket));
}

std::string location_of(const BucketSpec& bucket) {
  if (bucket.provider == Provider::kDirectory) return "directory://" + bucket.path.string();
  return std::string(s3::profile_of(bucket.provider).name) + "://" + bucket.name;
}

void describe_provider(const BucketSpec& bucket, Site& site) {
  if (bucket.provider == Provider::kDirectory) return;
  // Hides 50 ms of latency behind the work on the pages; providers take hundreds of requests a second.
  site.list_parallelism = 16;
  const s3::Profile& profile = s3::profile_of(bucket.provider);
  for (const std::string_view note : profile.notes) site.store_notes.emplace_back(note);
  if (profile.conditional_replace == s3::Support::kNo)
    site.store_notes.emplace_back(
        "no conditional writes, so no lease: only this machine's lock keeps a second writer away");
  if (!profile.prices.as_of.empty()) site.prices = profile.prices;
}

Result<std::unique_ptr<ObjectReader>> open_store_reader(const Publication& publication) {
  const BucketSpec& bucket = publication.desired.bucket;
  if (bucket.provider == Provider::kDirectory)
    return std::unique_ptr<ObjectReader>(
        std::make_unique<directory::DirectoryReader>(directory_options(bucket)));
  TRY_ASSIGN(std::unique_ptr<ObjectReader> store, open_s3_store(publication, nullptr));
  return store;
}

Result<OpenStore> open_store(const Publication& publication, UploadLog& uploads) {
  const auto opened = [](auto store) {
    LeaseStore* leases = store.get();
    return OpenStore{std::move(store), leases};
  };
  const BucketSpec& bucket = publication.desired.bucket;
  if (bucket.provider == Provider::kDirectory) return opened(open_directory_store(bucket));
  TRY_ASSIGN(std::unique_ptr<s3::S3Store> store, open_s3_store(publication, &uploads));
  const bool replaces = store->profile().conditional_replace != s3::Support::kNo;
  OpenStore out = opened(std::move(store));
  if (!replaces) out.leases = nullptr;
  return out;
}

Result<std::unique_ptr<PublicReader>> open_public_reader(const BucketSpec& bucket) {
  if (bucket.provider == Provider::kDirectory && bucket.public_url.empty())
    return std::unique_ptr<PublicReader>(std::make_unique<directory::FilePublicReader>(bucket.path));
  return s3::make_public_reader({.ca_file = bucket.ca_file, .allow_http = bucket.allow_http});
}

}  // namespace reconcile::cli
