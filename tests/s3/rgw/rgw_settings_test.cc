#include "tests/s3/rgw_server.h"
#include <thread>

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/s3/store.h"

namespace reconcile::s3::testing {
namespace {

constexpr Seconds kDay{86'400};

std::unique_ptr<S3Store> open(const S3Options& options) {
  auto store = open_s3(options);
  EXPECT_TRUE(store) << (store ? "" : store.error().cause);
  return *std::move(store);
}
S3Options new_bucket() { return RgwServer::shared().options(RgwServer::shared().make_bucket()); }

TEST(RgwLifecycle, RoundTripsAndKeepsAForeignRuleToTheLetter) {
  const auto store = open(new_bucket());
  const auto none = store->lifecycle();
  ASSERT_TRUE(none) << none.error().cause;
  EXPECT_TRUE(none->rules.empty());

  // Somebody else's rule, set by somebody else's program.
  const std::string foreign =
      "<LifecycleConfiguration><Rule><ID>tmp-debug</ID><Filter><And><Prefix>tmp/</Prefix><Tag><Key>k</"
      "Key><Value>v "
      "&amp; "
      "w</Value></Tag></And></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule>"
      "</LifecycleConfiguration>";
  const auto body = net::memory_body(foreign);
  const auto set = store->session().call({.verb = "foreign",
                                          .method = "PUT",
                                          .query = {{"lifecycle", ""}},
                                          .body = body.get(),
                                          .payload_hash = to_hex(sha256_of(foreign))});
  ASSERT_TRUE(set) << set.error().cause;
  auto document = *store->lifecycle();
  ASSERT_EQ(document.rules.size(), 1u);
  EXPECT_FALSE(document.rules[0].understood);
  const LiveRule theirs = document.rules[0];

  document.rules.push_back({{"ExpireOldData", "data/", 14 * kDay, std::nullopt}});
  document.rules.push_back({{"AbortStaleUploads", "", std::nullopt, 2 * kDay}});
  const auto written = store->set_lifecycle(document);
  ASSERT_TRUE(written) << written.error().cause;
  const auto again = *store->lifecycle();
  ASSERT_EQ(again.rules.size(), 3u);
  EXPECT_EQ(again.rules[0].rule, (LifecycleRule{"AbortStaleUploads", "", std::nullopt, 2 * kDay}));
  EXPECT_EQ(again.rules[1].rule, (LifecycleRule{"ExpireOldData", "data/", 14 * kDay, std::nullopt}));
  EXPECT_TRUE(again.rules[0].understood && again.rules[1].understood);
  EXPECT_EQ(again.rules[2], theirs);

  ASSERT_TRUE(store->set_lifecycle(again)) << "what was read can be written";
  EXPECT_EQ(*store->lifecycle(), again);
  ASSERT_TRUE(store->set_lifecycle({}));
  EXPECT_TRUE(store->lifecycle()->rules.empty());
  EXPECT_TRUE(store->set_lifecycle({})) << "may be repeated";
}

TEST(RgwBucket, IsThereOrIsNot) {
  S3Options options = RgwServer::shared().options("never-made-before");
  const auto store = open(options);
  const auto absent = store->bucket_exists();
  ASSERT_TRUE(absent) << absent.error().cause;
  EXPECT_FALSE(*absent);
  EXPECT_EQ(store->list("", "", [](auto&&) { return true; }).error().fault, Fault::kNotFound);
  EXPECT_EQ(store->put(ObjectKey("k"), body_of("x"), {}).error().fault, Fault::kNotFound);
  EXPECT_EQ(store->lifecycle().error().fault, Fault::kNotFound);
  ASSERT_TRUE(store->create_bucket());
  EXPECT_TRUE(*store->bucket_exists());
  EXPECT_TRUE(store->create_bucket()) << "may be repeated";
}

TEST(RgwAuth, TellsAWrongKeyFromAWrongSecret) {
  S3Options wrong_key = new_bucket();
  wrong_key.access_key_id = Secret("nobodyskey");
  for (const auto& error : {open(wrong_key)->head(ObjectKey("k")).error(),
                            open(wrong_key)->put(ObjectKey("k"), body_of("x"), {}).error(),
                            open(wrong_key)->bucket_exists().error()}) {
    EXPECT_EQ(error.fault, Fault::kAuth);
    EXPECT_NE(error.remedy.find("accessKeyId"), std::string::npos) << error.cause;
    EXPECT_EQ(error.cause.find("nobodyskey"), std::string::npos);
  }
  S3Options wrong_secret = new_bucket();
  wrong_secret.secret_access_key = Secret("nobodyssecret");
  for (const auto& error : {open(wrong_secret)->head(ObjectKey("k")).error(),
                            open(wrong_secret)->put(ObjectKey("k"), body_of("x"), {}).error(),
                            open(wrong_secret)->bucket_exists().error()}) {
    EXPECT_EQ(error.fault, Fault::kAuth);
    EXPECT_NE(error.remedy.find("secretAccessKey"), std::string::npos) << error.cause;
    EXPECT_EQ(error.cause.find("nobodyssecret"), std::string::npos);
  }
}

TEST(RgwAuth, SaysHowWrongTheClockIs) {
  for (const Seconds skew : {Seconds(1200), Seconds(-8 * 86'400)}) {
    S3Options options = new_bucket();
    options.now = [skew] { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()) + skew; };
    const auto got = open(options)->get(ObjectKey("k"), Bytes(10));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().fault, Fault::kClockSkew) << got.error().cause;
    EXPECT_NE(got.error().cause.find(skew.count() > 0 ? "ahead of" : "behind"), std::string::npos)
        << got.error().cause;
  }
}

TEST(RgwTls, TrustsTheNamedAuthorityAndNoOther) {
  S3Options options = new_bucket();
  options.endpoint = RgwServer::shared().tls_endpoint();
  const auto untrusted = open(options)->bucket_exists();
  ASSERT_FALSE(untrusted);
  EXPECT_EQ(untrusted.error().fault, Fault::kUntrusted);
  EXPECT_NE(untrusted.error().remedy.find("caFile"), std::string::npos) << untrusted.error().remedy;
  options.ca_file = RgwServer::shared().ca_file();
  const auto store = open(options);
  const auto trusted = store->bucket_exists();
  ASSERT_TRUE(trusted) << trusted.error().cause;
  const std::string large(3u << 20, 't');
  ASSERT_TRUE(store->put(ObjectKey("k"), body_of(large), {}));
  EXPECT_TRUE(*store->get(ObjectKey("k"), Bytes(large.size())) == large);
}

TEST(RgwAddressing, WorksWithTheBucketInTheHostName) {
  S3Options options = new_bucket();
  const std::string port = options.endpoint.substr(options.endpoint.rfind(':'));
  options.endpoint = "http://s3.localhost" + port;
  options.addressing = Addressing::kVirtualHost;
  const auto store = open(options);
  const auto put = store->put(ObjectKey("a b/c+d"), body_of("x"), {});
  ASSERT_TRUE(put) << put.error().cause;
  EXPECT_EQ(*store->get(ObjectKey("a b/c+d"), Bytes(1)), "x");
  EXPECT_TRUE(*store->bucket_exists());
}

TEST(RgwThreads, ShareOneStore) {
  const auto store = open(new_bucket());
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const ObjectKey key("t/" + std::to_string(t) + "/" + std::to_string(i));
        const auto put = store->put(key, body_of(key.get()), {.only_if_absent = i % 2 == 0});
        const auto got = store->get(key, Bytes(100));
        if (put && got && *got == key.get()) ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 120);
}

}  // namespace
}  // namespace reconcile::s3::testing
