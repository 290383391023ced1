#include "tests/s3/rgw_server.h"

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/s3/public_reader.h"
#include "reconciler/s3/store.h"

namespace reconcile::s3::testing {
namespace {

std::unique_ptr<S3Store> open(const S3Options& options) {
  auto store = open_s3(options);
  EXPECT_TRUE(store) << (store ? "" : store.error().cause);
  return *std::move(store);
}
std::unique_ptr<S3Store> new_bucket() {
  return open(RgwServer::shared().options(RgwServer::shared().make_bucket()));
}

std::vector<std::string> keys_of(S3Store& store, const std::string& prefix = "",
                                 const std::string& after = "") {
  std::vector<std::string> out;
  const auto listed = store.list(prefix, after, [&](std::vector<ListedObject>&& page) {
    for (const ListedObject& each : page) out.push_back(each.key.get());
    return true;
  });
  EXPECT_TRUE(listed) << (listed ? "" : listed.error().cause);
  return out;
}

TEST(Rgw, StoresAndReturnsAnObjectWithItsMetadata) {
  const auto store = new_bucket();
  const Body body = body_of("hello");
  const PutOptions options{
      .content_type = "application/json",
      .metadata = {{"sha256", to_hex(body.sha256)}, {"size_bytes", "5"}, {"note", "a = b"}}};
  const auto receipt = store->put(ObjectKey("data/x.json"), body, options);
  ASSERT_TRUE(receipt) << receipt.error().cause;
  EXPECT_EQ(receipt->etag, "5d41402abc4b2a76b9719d911017c592");  // MD5 of "hello", RFC 1321 fashion
  EXPECT_EQ(*store->get(ObjectKey("data/x.json"), Bytes(5)), "hello");
  EXPECT_EQ(store->get(ObjectKey("data/x.json"), Bytes(4)).error().fault, Fault::kInvalidInput);
  const auto head = store->head(ObjectKey("data/x.json"));
  ASSERT_TRUE(head && *head);
  EXPECT_EQ((*head)->size, Bytes(5));
  EXPECT_EQ((*head)->etag, receipt->etag);
  EXPECT_EQ((*head)->metadata, options.metadata);
  EXPECT_EQ(sha256_of(**head), body.sha256);
}

TEST(Rgw, StoresAnEmptyObject) {
  const auto store = new_bucket();
  ASSERT_TRUE(store->put(ObjectKey("empty"), body_of(""), {}));
  EXPECT_EQ(*store->get(ObjectKey("empty"), Bytes(0)), "");
  EXPECT_EQ((*store->head(ObjectKey("empty")))->size, Bytes(0));
}

TEST(Rgw, KnowsWhatIsNotThere) {
  const auto store = new_bucket();
  const auto head = store->head(ObjectKey("nothing"));
  ASSERT_TRUE(head) << head.error().cause;
  EXPECT_FALSE(*head);
  EXPECT_EQ(store->get(ObjectKey("nothing"), Bytes(10)).error().fault, Fault::kNotFound);
  EXPECT_TRUE(store->remove(ObjectKey("nothing")));
  EXPECT_EQ(store->renew(ObjectKey("nothing")).error().fault, Fault::kNotFound);
  EXPECT_TRUE(keys_of(*store).empty());
}

TEST(Rgw, KeepsOddNamesExactly) {
  const auto store = new_bucket();
  const std::vector<std::string> odd{
      "a b",        "a+b",       "a=b&c?d#e",  "a//b",     "a/./b",
      "a/../b",     "/leading",  "trailing/",  "%41",      "\xC3\xBC\xE6\x97\xA5",
      "tab\there",  "new\nline", "quote'\"<>", "~-_.!*()", "\xF0\x9F\x98\x80",
      "a,b;c:d@e$f"};
  for (const std::string& key : odd) {
    const auto put = store->put(ObjectKey(key), body_of(key), {});
    ASSERT_TRUE(put) << key << ": " << put.error().cause;
  }
  std::vector<std::string> sorted = odd;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(keys_of(*store), sorted);
  for (const std::string& key : odd) {
    EXPECT_EQ(*store->get(ObjectKey(key), Bytes(100)), key);
    EXPECT_TRUE(*store->head(ObjectKey(key))) << key;
    EXPECT_TRUE(store->renew(ObjectKey(key))) << key;
  }
  std::vector<ObjectKey> all;
  for (const std::string& key : odd) all.emplace_back(key);
  const auto failures = store->remove_batch(all);
  ASSERT_TRUE(failures) << failures.error().cause;
  EXPECT_TRUE(failures->empty());
  EXPECT_TRUE(keys_of(*store).empty());
}

TEST(Rgw, ListsMoreThanOnePageInOrder) {
  const auto store = new_bucket();
  std::vector<std::string> wanted;
  std::vector<ObjectKey> keys;
  for (int i = 0; i < 1100; ++i) {
    const std::string key = "p/" + std::to_string(10'000 + i);
    ASSERT_TRUE(store->put(ObjectKey(key), body_of("x"), {}));
    wanted.push_back(key);
    keys.emplace_back(key);
  }
  ASSERT_TRUE(store->put(ObjectKey("q"), body_of("x"), {}));
  const auto before = store->counts();
  EXPECT_EQ(keys_of(*store, "p/"), wanted);
  EXPECT_EQ(store->counts().gets - before.gets, 2u);
  EXPECT_EQ(keys_of(*store, "p/", "p/11098"), std::vector<std::string>{"p/11099"});
  EXPECT_EQ(keys_of(*store, "", "p/11099"), std::vector<std::string>{"q"});
  const auto failures = store->remove_batch(keys);
  ASSERT_TRUE(failures) << failures.error().cause;
  EXPECT_TRUE(failures->empty());
  EXPECT_EQ(keys_of(*store), std::vector<std::string>{"q"});
}

TEST(Rgw, RenewMakesAnObjectYoungerAndNothingElse) {
  const auto store = new_bucket();
  const PutOptions options{.content_type = "application/gzip",
                           .metadata = {{"sha256", "ff"}, {"source_name", "x y"}}};
  ASSERT_TRUE(store->put(ObjectKey("k"), body_of("bytes"), options));
  const auto before = *store->head(ObjectKey("k"));
  Instant after = before->modified;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (after == before->modified &&
         std::chrono::steady_clock::now() < deadline) {  // times are whole seconds
    const auto renewed = store->renew(ObjectKey("k"));
    ASSERT_TRUE(renewed) << renewed.error().cause;
    after = (*store->head(ObjectKey("k")))->modified;
  }
  EXPECT_GT(after, before->modified);
  const auto now = *store->head(ObjectKey("k"));
  EXPECT_EQ(now->metadata, options.metadata);
  EXPECT_EQ(now->etag, before->etag);
  EXPECT_EQ(*store->get(ObjectKey("k"), Bytes(10)), "bytes");
  const auto raw = store->session().call({.verb = "head", .method = "HEAD", .key = "k"});
  ASSERT_TRUE(raw);
  EXPECT_EQ(*raw->header("content-type"), "application/gzip");
}

TEST(Rgw, OnlyIfAbsentLeavesAnExistingObjectAlone) {
  const auto store = new_bucket();
  EXPECT_FALSE(store->capabilities().conditional_put);
  ASSERT_TRUE(store->put(ObjectKey("k"), body_of("first"), {.only_if_absent = true}));
  EXPECT_TRUE(store->capabilities().conditional_put)
      << "this Ceph honours If-None-Match, and that was found out";
  const auto again = store->put(ObjectKey("k"), body_of("second"), {.only_if_absent = true});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault, Fault::kConflict);
  EXPECT_EQ(*store->get(ObjectKey("k"), Bytes(10)), "first");
  ASSERT_TRUE(store->put(ObjectKey("k"), body_of("third"), {}));
  EXPECT_EQ(*store->get(ObjectKey("k"), Bytes(10)), "third");
}

TEST(Rgw, ServesReadersOnlyAfterTheBucketIsPublic) {
  const auto store = new_bucket();
  ASSERT_TRUE(store->put(ObjectKey("i/1 a.json"), body_of("index"), {}));
  auto reader = make_public_reader({});
  ASSERT_TRUE(reader);
  const std::string url = store->public_url(ObjectKey("i/1 a.json"));
  EXPECT_EQ((*reader)->fetch(url, Bytes(10)).error().fault, Fault::kDenied);
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::)" +
      store->session().address().bucket + R"(/*"}]})";
  const auto body = net::memory_body(policy);
  const auto set = store->session().call({.verb = "policy",
                                          .method = "PUT",
                                          .query = {{"policy", ""}},
                                          .body = body.get(),
                                          .payload_hash = to_hex(sha256_of(policy))});
  ASSERT_TRUE(set) << set.error().cause;
  const auto got = (*reader)->fetch(url, Bytes(10));
  ASSERT_TRUE(got) << got.error().cause;
  EXPECT_EQ(*got, "index");
  EXPECT_EQ((*reader)->fetch(store->public_url(ObjectKey("absent")), Bytes(10)).error().fault, Fault::kDenied)
      << "readers may not list, so S3 does not tell them what is absent";
}

TEST(Rgw, ExpiresWhatALifecycleRuleNames) {
  const auto store = new_bucket();
  ASSERT_TRUE(store->set_lifecycle({{{{"Expire", "exp/", Seconds(86'400), std::nullopt}}}}));
  ASSERT_TRUE(store->put(ObjectKey("exp/x"), body_of("x"), {}));
  ASSERT_TRUE(store->put(ObjectKey("keep/x"), body_of("x"), {}));
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(60);  // a "day" lasts 5 s here
  while (*store->head(ObjectKey("exp/x")) && std::chrono::steady_clock::now() < deadline) ::usleep(200'000);
  EXPECT_FALSE(*store->head(ObjectKey("exp/x")));
  EXPECT_TRUE(*store->head(ObjectKey("keep/x")));
}

}  // namespace
}  // namespace reconcile::s3::testing
