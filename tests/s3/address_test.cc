#include "reconciler/s3/address.h"

#include <gtest/gtest.h>

#include "reconciler/s3/multipart.h"
#include "reconciler/s3/store.h"

namespace reconcile::s3 {
namespace {

Result<Address> at(Provider provider, AddressSpec spec) { return resolve(profile_of(provider), spec); }

TEST(Address, FillsInWhatTheProfileKnows) {
  const auto aws = at(Provider::kAws, {.bucket = "my-bucket", .region = "eu-west-3"});
  ASSERT_TRUE(aws);
  EXPECT_EQ(aws->origin, "https://my-bucket.s3.eu-west-3.amazonaws.com");
  EXPECT_EQ(aws->path_of("a/b"), "/a/b");
  EXPECT_EQ(aws->path_of(""), "/");
  EXPECT_EQ(at(Provider::kAws, {.bucket = "my-bucket"})->region, "us-east-1");
  EXPECT_FALSE(at(Provider::kR2, {.bucket = "my-bucket"})) << "the account is in the endpoint";
  EXPECT_FALSE(at(Provider::kB2, {.bucket = "my-bucket"}));
}

TEST(Address, TakesTheRegionOutOfTheEndpoint) {
  const auto b2 = at(Provider::kB2, {.bucket = "bkt", .endpoint = "https://s3.us-west-004.backblazeb2.com"});
  ASSERT_TRUE(b2);
  EXPECT_EQ(b2->region, "us-west-004");
  EXPECT_EQ(b2->origin, "https://s3.us-west-004.backblazeb2.com");
  EXPECT_EQ(b2->path_of("k"), "/bkt/k");
  const auto r2 = at(Provider::kR2, {.bucket = "bkt", .endpoint = "https://acc.r2.cloudflarestorage.com"});
  ASSERT_TRUE(r2);
  EXPECT_EQ(r2->region, "auto");
}

TEST(Address, ChoosesTheStyleThatWorks) {
  EXPECT_EQ(at(Provider::kAws, {.bucket = "with.dots"})->base_path, "/with.dots")
      << "the certificate has no such name";
  EXPECT_EQ(at(Provider::kAws, {.bucket = "bkt", .endpoint = "http://127.0.0.1:9000"})->base_path, "/bkt");
  EXPECT_EQ(at(Provider::kS3,
               {.bucket = "bkt", .endpoint = "https://h:8443", .addressing = Addressing::kVirtualHost})
                ->host,
            "bkt.h:8443");
  EXPECT_EQ(at(Provider::kAws, {.bucket = "bkt", .addressing = Addressing::kPath})->base_path, "/bkt");
}

TEST(Address, RefusesWhatWouldLeakOrMislead) {
  const auto remedy = [](AddressSpec spec) {
    const auto address = at(Provider::kS3, std::move(spec));
    return address ? "accepted" : address.error().remedy;
  };
  EXPECT_EQ(remedy({.bucket = "bkt", .endpoint = "http://s3.example.com"}),
            "use https, or set allowHttp: true");
  EXPECT_EQ(remedy({.bucket = "bkt", .endpoint = "http://s3.example.com", .allow_http = true}), "accepted");
  EXPECT_EQ(remedy({.bucket = "bkt", .endpoint = "http://localhost:9000"}), "accepted");
  EXPECT_EQ(remedy({.bucket = "bkt", .endpoint = "https://h/bkt"}), "remove /bkt");
  EXPECT_EQ(remedy({.bucket = "bkt", .endpoint = "https://h/x"}), "write https://host[:port] alone");
  EXPECT_EQ(remedy({.bucket = "bkt", .endpoint = "https://u:p@h"}), "put the keys under credentials");
  for (const char* bucket : {"", "ab", "a/b", "a b", "a..b", "../x"})
    EXPECT_NE(remedy({.bucket = bucket, .endpoint = "https://h"}), "accepted") << bucket;
}

TEST(Address, NamesPublicUrls) {
  S3Options options;
  options.bucket = "bkt";
  options.endpoint = "https://acc.r2.cloudflarestorage.com";
  options.provider = Provider::kR2;
  options.access_key_id = Secret("a");
  options.secret_access_key = Secret("b");
  auto store = open_s3(options);
  ASSERT_TRUE(store);
  EXPECT_FALSE((*store)->capabilities().public_read) << "R2's endpoint serves nobody without credentials";
  options.public_url = "https://pub-1.r2.dev/";
  store = open_s3(options);
  EXPECT_TRUE((*store)->capabilities().public_read);
  EXPECT_EQ((*store)->public_url(ObjectKey("i/a b.json")), "https://pub-1.r2.dev/i/a%20b.json");
  options.secret_access_key = Secret();
  EXPECT_EQ(open_s3(options).error().fault, Fault::kInvalidInput);
}

TEST(Profiles, CoverEveryProviderWithinS3sLimits) {
  for (const Provider provider : {Provider::kR2, Provider::kB2, Provider::kAws, Provider::kWasabi,
                                  Provider::kMinio, Provider::kCeph, Provider::kS3, Provider::kDirectory}) {
    const Profile& profile = profile_of(provider);
    EXPECT_EQ(profile.provider, provider);
    EXPECT_FALSE(profile.name.empty());
    EXPECT_LE(profile.part_min, Bytes(16u << 20));
    EXPECT_LE(profile.parts_max, 10'000u);
    EXPECT_GE(profile.metadata_max, Bytes(1024));
  }
  EXPECT_EQ(profile_of(Provider::kR2).default_rule_id, "Default Multipart Abort Rule");
  EXPECT_EQ(profile_of(Provider::kWasabi).prices.minimum_days, 90);
}

TEST(PartSize, GrowsSoThatTenThousandPartsSuffice) {
  const Profile& aws = profile_of(Provider::kAws);
  const Bytes wanted(16ull << 20);
  EXPECT_EQ(*part_size_for(aws, Bytes(1), wanted), wanted);
  EXPECT_EQ(*part_size_for(aws, Bytes(wanted.get() * 10'000), wanted), wanted);
  const Bytes more = *part_size_for(aws, Bytes(wanted.get() * 10'000 + 1), wanted);
  EXPECT_EQ(more, Bytes(17ull << 20));
  const Bytes huge(5ull << 40);
  EXPECT_LE(
      (huge.get() + part_size_for(aws, huge, wanted)->get() - 1) / part_size_for(aws, huge, wanted)->get(),
      10'000u);
  EXPECT_EQ(*part_size_for(aws, Bytes(1), Bytes(1)), aws.part_min);
  EXPECT_FALSE(part_size_for(aws, Bytes(100ull << 40), wanted));
}

}  // namespace
}  // namespace reconcile::s3
