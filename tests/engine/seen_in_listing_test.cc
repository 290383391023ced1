// What one listing proves of many puts, and what it leaves to be asked.

#include "reconciler/engine/seen_in_listing.h"

#include "tests/seeds/disguises.h"

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"

namespace reconcile {
namespace {

class Counted final : public sim::StoreBehind {
 public:
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    ++listings;
    return StoreBehind::list(prefix, after, [&](std::vector<ListedObject>&& page) {
      ++pages;
      return sink(std::move(page));
    });
  }
  int listings = 0, pages = 0;
};

class SeenInListing : public testing::Test {
 protected:
  SeenInListing() {
    store.store = &bucket;
    EXPECT_TRUE(bucket.create_bucket());
  }

  void put(const std::string& key, const std::string& content) {
    const Body body = body_of(content);
    const Result<PutReceipt> receipt = bucket.put(ObjectKey(key), body, {});
    ASSERT_TRUE(receipt);
    puts.push_back({ObjectKey(key), body.size, body.sha256, *receipt});
  }

  std::vector<bool> seen() {
    std::vector<bool> out;
    for (const auto& object : seen_in_listing(store, puts)) out.push_back(object.has_value());
    return out;
  }

  sim::World world{{}};
  sim::SimStore bucket{world};
  Counted store;
  std::vector<ConfirmedPut> puts;
};

TEST_F(SeenInListing, ProvesWhatLiesThereAsItWasPut) {
  for (const char* key : {"data/b", "data/a", "data/c/d"}) put(key, key);
  const auto objects = seen_in_listing(store, puts);
  ASSERT_EQ(objects.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(objects[i]);
    EXPECT_EQ(objects[i]->key(), puts[i].key);
    EXPECT_EQ(objects[i]->sha256(), puts[i].sha256);
    EXPECT_EQ(objects[i]->size(), puts[i].size);
  }
  EXPECT_EQ(store.listings, 1);
}

TEST_F(SeenInListing, ProvesASingleOne) {
  put("x", "one");
  EXPECT_EQ(seen(), std::vector<bool>{true});
}

TEST_F(SeenInListing, DoesNotProveWhatOthersWroteOver) {
  put("data/a", "one");
  put("data/b", "two");
  ASSERT_TRUE(bucket.put(ObjectKey("data/a"), body_of("eno"), {}));
  EXPECT_EQ(seen(), (std::vector<bool>{false, true}));
}

TEST_F(SeenInListing, DoesNotProveWhatIsGoneOrWasGivenNoETag) {
  put("data/a", "one");
  put("data/b", "two");
  put("data/c", "three");
  ASSERT_TRUE(bucket.remove(ObjectKey("data/a")));
  puts[1].receipt.etag.clear();
  EXPECT_EQ(seen(), (std::vector<bool>{false, false, true}));
}

TEST_F(SeenInListing, AFailedListingProvesWhatItShowedAndNoMore) {
  world.options.page_keys = 1;
  put("data/a", "one");
  put("data/b", "two");
  world.options.faults.truncate_list = 100;
  EXPECT_EQ(seen(), (std::vector<bool>{true, false}));
}

TEST_F(SeenInListing, GivesUpAmongStrangers) {
  world.options.page_keys = 1000;
  put("data/a", "one");
  for (int i = 0; i < 5000; ++i)
    ASSERT_TRUE(bucket.put(ObjectKey("data/m" + std::to_string(i)), body_of("m"), {}));
  put("data/z", "two");
  EXPECT_EQ(seen(), (std::vector<bool>{true, false}));
  EXPECT_EQ(store.pages, 3);
}

}  // namespace
}  // namespace reconcile
