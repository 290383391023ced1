#pragma once
// What every ObjectStore must do, as a gtest suite over factories. To put a store under it, write in exactly
// one .cc of a test binary (the tests are defined here):
//
//   #include "tests/contract/object_store_contract.h"
//   namespace reconcile::contract {
//   INSTANTIATE_TEST_SUITE_P(MyStore, ObjectStoreContract,
//                            testing::Values(StoreFactory{"my", [] { return std::make_unique<MyFixture>();
//                            }}), store_name);
//   }

#include "tests/contract/object_store_fixture.h"
#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <random>
#include <sys/stat.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"

namespace reconcile::contract {

class ObjectStoreContract : public testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override { fixture_ = GetParam().make(); }
  ObjectStore& store() { return fixture_->store(); }
  /// Most tests want a bucket.
  void create() {
    const Result<void> made = store().create_bucket();
    ASSERT_TRUE(made) << made.error().cause;
  }
  static PutOptions options_for(const std::string& content) {
    PutOptions options;
    options.metadata = {{"sha256", to_hex(sha256_of(content))},
                        {"size_bytes", std::to_string(content.size())}};
    return options;
  }
  Result<PutReceipt> put(const std::string& key, const std::string& content) {
    return store().put(ObjectKey(key), body_of(content), options_for(content));
  }
  void must_put(const std::string& key, const std::string& content) {
    const Result<PutReceipt> receipt = put(key, content);
    ASSERT_TRUE(receipt) << key << ": " << receipt.error().cause;
  }
  /// The content, or "fault: cause".
  std::string content_of(const std::string& key) {
    const Result<std::string> content = store().get(ObjectKey(key), Bytes(64u << 20));
    return content ? *content : std::string(name_of(content.error().fault)) + ": " + content.error().cause;
  }
  std::optional<ObjectHead> head_of(const std::string& key) {
    const Result<std::optional<ObjectHead>> head = store().head(ObjectKey(key));
    EXPECT_TRUE(head) << key << ": " << head.error().cause;
    return head ? *head : std::nullopt;
  }
  std::vector<ListedObject> listed(const std::string& prefix = "", const std::string& after = "") {
    std::vector<ListedObject> out;
    const Result<void> done = store().list(prefix, after, [&](std::vector<ListedObject>&& page) {
      EXPECT_LE(page.size(), 1000u);
      EXPECT_FALSE(page.empty());
      out.insert(out.end(), page.begin(), page.end());
      return true;
    });
    EXPECT_TRUE(done) << done.error().cause;
    return out;
  }
  std::vector<std::string> keys(const std::string& prefix = "", const std::string& after = "") {
    std::vector<std::string> out;
    for (const ListedObject& object : listed(prefix, after)) out.push_back(object.key.get());
    return out;
  }
  Body file_body(const std::string& content) {
    const Path path = scratch_.path() / "source";
    std::ofstream(path, std::ios::binary) << content;
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    const FileIdentity identity{status.st_dev, status.st_ino, Bytes(content.size()),
                                std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
    return {FileSource{path, identity}, Bytes(content.size()), sha256_of(content)};
  }

  TemporaryFolder scratch_;
  std::unique_ptr<StoreFixture> fixture_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ObjectStoreContract);

inline std::string store_name(const testing::TestParamInfo<StoreFactory>& info) { return info.param.name; }

/// Legal S3 keys that paths, URLs and XML like to break.
inline const std::vector<std::string>& odd_keys() {
  static const std::vector<std::string> kKeys = {"with space",
                                                 " lead",
                                                 "trail ",
                                                 "plus+plus",
                                                 "eq=amp&",
                                                 "per%cent",
                                                 "%25",
                                                 "%",
                                                 "%%",
                                                 "%2F",
                                                 "%+x",
                                                 "%aside/x",
                                                 "ü/ß/日本.json",
                                                 "emoji/🙂",
                                                 "double//slash",
                                                 "//",
                                                 "/leading",
                                                 "trailing/",
                                                 "dot/./x",
                                                 "dotdot/../x",
                                                 "../escape",
                                                 "x/..",
                                                 "a",
                                                 "a/b",
                                                 "a/b/c",
                                                 "a!",
                                                 "a-b",
                                                 "a/",
                                                 "a//",
                                                 "x.json",
                                                 "x.json/y",
                                                 "semi;colon",
                                                 "quote\"'`",
                                                 "back\\slash",
                                                 "hash#q?x=1",
                                                 "star*[x]{y}",
                                                 "<tag>&amp;",
                                                 "~tilde",
                                                 "CASE",
                                                 "case",
                                                 ".reconcile/bucket.json",
                                                 ".hidden",
                                                 std::string(300, 'x') + "/y",
                                                 std::string(300, 'x'),
                                                 std::string(256, '%'),
                                                 std::string(1024, 'k'),
                                                 "long/" + std::string(255, 'n')};
  return kKeys;
}

// ---- the bucket itself

TEST_P(ObjectStoreContract, KnowsThatThereIsNoBucket) {
  const Result<bool> exists = store().bucket_exists();
  ASSERT_TRUE(exists) << exists.error().cause;
  EXPECT_FALSE(*exists);
}

TEST_P(ObjectStoreContract, AnswersNotFoundWithoutABucket) {
  const auto fault = [](const auto& result) { return result ? "no error" : name_of(result.error().fault); };
  const char* not_found = name_of(Fault::kNotFound);
  EXPECT_STREQ(fault(store().list("", "", [](auto&&) { return true; })), not_found);
  EXPECT_STREQ(fault(store().get(ObjectKey("k"), Bytes(10))), not_found);
  EXPECT_STREQ(fault(store().put(ObjectKey("k"), body_of("x"), {})), not_found);
  EXPECT_STREQ(fault(store().renew(ObjectKey("k"))), not_found);
  EXPECT_STREQ(fault(store().lifecycle()), not_found);
  EXPECT_FALSE(store().bucket_exists().value()) << "a failed call must not make the bucket";
}

TEST_P(ObjectStoreContract, CreatesTheBucketOnceOrTwice) {
  create();
  EXPECT_TRUE(store().bucket_exists().value());
  must_put("k", "x");
  create();
  EXPECT_EQ(content_of("k"), "x");
}

// ---- one object

TEST_P(ObjectStoreContract, GivesBackExactlyWhatWasPut) {
  create();
  std::string content;
  for (int i = 0; i < 70000; ++i) content += static_cast<char>(i * 7919 % 256);
  must_put("data/blob", content);
  EXPECT_EQ(content_of("data/blob"), content);
  const std::optional<ObjectHead> head = head_of("data/blob");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->size.get(), content.size());
  EXPECT_EQ(head->metadata, options_for(content).metadata);
  EXPECT_EQ(sha256_of(*head), sha256_of(content));
}

TEST_P(ObjectStoreContract, KeepsMetadataExactly) {
  create();
  PutOptions options;
  options.content_type = "application/gzip";
  options.metadata = {
      {"sha256", std::string(64, 'a')}, {"size_bytes", "1"}, {"note", "a = b; c, \"d\" 100%"}};
  ASSERT_TRUE(store().put(ObjectKey("k"), body_of("x"), options));
  EXPECT_EQ(head_of("k")->metadata, options.metadata);
  must_put("bare", "x");
  ASSERT_TRUE(store().put(ObjectKey("bare"), body_of("y"), {}));
  EXPECT_TRUE(head_of("bare")->metadata.empty()) << "metadata of the object before";
}

TEST_P(ObjectStoreContract, TellsTheEmptyObjectFromNone) {
  create();
  must_put("empty", "");
  ASSERT_TRUE(head_of("empty"));
  EXPECT_EQ(head_of("empty")->size.get(), 0u);
  EXPECT_EQ(content_of("empty"), "");
  EXPECT_FALSE(head_of("missing"));
  const Result<std::string> missing = store().get(ObjectKey("missing"), Bytes(10));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().fault, Fault::kNotFound);
  EXPECT_THAT(keys(), testing::ElementsAre("empty"));
}

TEST_P(ObjectStoreContract, ListsWhatHeadSays) {
  create();
  must_put("k", "content");
  const std::vector<ListedObject> objects = listed();
  ASSERT_EQ(objects.size(), 1u);
  const std::optional<ObjectHead> head = head_of("k");
  ASSERT_TRUE(head);
  EXPECT_EQ(objects[0].size, head->size);
  EXPECT_EQ(objects[0].etag, head->etag);
  EXPECT_EQ(objects[0].etag.find('"'), std::string::npos);
  EXPECT_EQ(objects[0].modified, head->modified);
}

TEST_P(ObjectStoreContract, GivesTheEtagThatHeadShows) {
  create();
  const Result<PutReceipt> receipt = put("k", "content");
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->etag, head_of("k")->etag);
}

TEST_P(ObjectStoreContract, ReplacesAnObject) {
  create();
  must_put("k", "one");
  must_put("k", "another");
  EXPECT_EQ(content_of("k"), "another");
  EXPECT_EQ(sha256_of(*head_of("k")), sha256_of(std::string_view("another")));
  EXPECT_EQ(keys().size(), 1u);
}

TEST_P(ObjectStoreContract, LeavesOneObjectWhenTheSameIsPutTwice) {
  create();
  must_put("k", "same");
  must_put("k", "same");
  EXPECT_EQ(content_of("k"), "same");
  EXPECT_THAT(keys(), testing::ElementsAre("k"));
}

TEST_P(ObjectStoreContract, PutsOnlyIfAbsentWhereItCan) {
  create();
  if (!store().capabilities().conditional_put) return;
  PutOptions options = options_for("first");
  options.only_if_absent = true;
  ASSERT_TRUE(store().put(ObjectKey("k"), body_of("first"), options));
  const Result<PutReceipt> second = store().put(ObjectKey("k"), body_of("second"), options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::kConflict);
  EXPECT_EQ(content_of("k"), "first");
  EXPECT_EQ(head_of("k")->metadata, options_for("first").metadata);
}

TEST_P(ObjectStoreContract, LetsOnlyOneOfManyBeTheFirst) {
  create();
  if (!store().capabilities().conditional_put) return;
  std::atomic<int> won = 0, conflicts = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      const std::string content = "writer " + std::to_string(i);
      PutOptions options = options_for(content);
      options.only_if_absent = true;
      const Result<PutReceipt> receipt = store().put(ObjectKey("race"), body_of(content), options);
      if (receipt) ++won;
      if (!receipt && receipt.error().fault == Fault::kConflict) ++conflicts;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(conflicts, 7);
  EXPECT_EQ(sha256_of(*head_of("race")), sha256_of(content_of("race")));
}

TEST_P(ObjectStoreContract, RefusesToReadMoreThanAsked) {
  create();
  must_put("k", "12345");
  EXPECT_EQ(store().get(ObjectKey("k"), Bytes(5)).value(), "12345");
  const Result<std::string> capped = store().get(ObjectKey("k"), Bytes(4));
  ASSERT_FALSE(capped);
  EXPECT_EQ(capped.error().fault, Fault::kInvalidInput);
}

TEST_P(ObjectStoreContract, RemovesOnceOrTwice) {
  create();
  must_put("dir/k", "x");
  must_put("dir/other", "y");
  EXPECT_TRUE(store().remove(ObjectKey("dir/k")));
  EXPECT_FALSE(head_of("dir/k"));
  EXPECT_TRUE(store().remove(ObjectKey("dir/k")));
  EXPECT_TRUE(store().remove(ObjectKey("never/was")));
  EXPECT_THAT(keys(), testing::ElementsAre("dir/other"));
  EXPECT_EQ(content_of("dir/other"), "y");
}

TEST_P(ObjectStoreContract, RenewsTheAgeAndNothingElse) {
  create();
  must_put("k", "content");
  const bool aged = fixture_->age(ObjectKey("k"), Seconds(86400 * 3));
  const std::optional<ObjectHead> before = head_of("k");
  ASSERT_TRUE(before);
  EXPECT_EQ(before->metadata, options_for("content").metadata);
  ASSERT_TRUE(store().renew(ObjectKey("k")));
  const std::optional<ObjectHead> after = head_of("k");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->metadata, before->metadata);
  EXPECT_EQ(after->size, before->size);
  EXPECT_EQ(content_of("k"), "content");
  EXPECT_GE(after->modified - before->modified, aged ? Seconds(86400 * 3 - 1) : Seconds(0));
  const Result<void> missing = store().renew(ObjectKey("missing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().fault, Fault::kNotFound);
  EXPECT_FALSE(head_of("missing"));
}

}  // namespace reconcile::contract

#include "tests/contract/object_store_contract_more.h"  // bodies, keys, listings, lifecycle
