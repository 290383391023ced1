#include "reconciler/engine/list_objects.h"

#include <algorithm>
#include <atomic>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace reconcile {
namespace {

ObjectKey key(std::size_t number) { return ObjectKey(fmt::format("data/{:06}", number)); }

/// `count` objects in pages of 1,000. Fails where a page would hold `broken`.
class Pages final : public ObjectReader {
 public:
  explicit Pages(std::size_t count) : count_(count) {}

  StoreCapabilities capabilities() override { return {}; }
  Result<bool> bucket_exists() override { return true; }
  Result<void> list(const std::string&, const std::string& after, const PageSink& sink) override {
    std::size_t at = after.empty() ? 0 : std::stoul(after.substr(5)) + 1;
    for (; at < count_; at += 1000) {
      ++requests;
      std::vector<ListedObject> page;
      for (std::size_t i = at; i < std::min(at + 1000, count_); ++i) {
        if (i == broken) return fail(Fault::kTransient, "cut off", "again");
        page.push_back({key(i), Bytes(i), "", Instant()});
      }
      if (!sink(std::move(page))) return {};
    }
    return {};
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey&) override { return std::nullopt; }
  Result<std::string> get(const ObjectKey&, Bytes) override { return fail(Fault::kNotFound, "", ""); }
  Result<LifecycleDocument> lifecycle() override { return LifecycleDocument{}; }
  std::string public_url(const ObjectKey&) const override { return ""; }

  std::size_t broken = SIZE_MAX;
  std::atomic<std::size_t> requests{0};

 private:
  std::size_t count_;
};

/// An index that names `count` objects from the one of this number on, in steps.
std::vector<IndexEntry> index_from(std::size_t first, std::size_t count, std::size_t step = 1) {
  std::vector<IndexEntry> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back({key(first + i * step), Bytes(1), {}, {}, {}});
  return out;
}

Observation<std::vector<ListedObject>> list(Pages& pages, const std::vector<IndexEntry>& expected,
                                            std::size_t parallelism = 8) {
  ObjectLister lister(pages, "data/", parallelism);
  lister.start();
  return lister.finish(expected);
}

void expect_all(const Observation<std::vector<ListedObject>>& listed, std::size_t count) {
  const auto* objects = if_complete(listed);
  ASSERT_TRUE(objects);
  ASSERT_EQ(objects->size(), count);
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ((*objects)[i].key, key(i));
}

TEST(ObjectLister, FindsEachObjectOnceAndInOrderWhateverTheIndexSays) {
  constexpr std::size_t kCount = 50'500;
  for (const auto& expected : {index_from(0, kCount), index_from(0, 9'000), index_from(45'000, 90'000),
                               index_from(0, 30'000, 7), std::vector<IndexEntry>()}) {
    Pages pages(kCount);
    expect_all(list(pages, expected), kCount);
  }
}

TEST(ObjectLister, AsksASmallBucketNoMoreOftenThanPageAfterPage) {
  Pages small(3'999), serial(50'000), ranges(50'000);
  expect_all(list(small, index_from(0, 3'999)), 3'999);
  EXPECT_EQ(small.requests, 4u);
  expect_all(list(serial, index_from(0, 50'000), 1), 50'000);
  EXPECT_EQ(serial.requests, 50u);
  expect_all(list(ranges, index_from(0, 50'000)), 50'000);
  EXPECT_LE(ranges.requests, 50u + 50'000 / ObjectLister::kSerialObjects);
}

TEST(ObjectLister, OneBrokenRangeMakesTheWholeListingPartial) {
  for (const std::size_t broken : {std::size_t{2'500}, std::size_t{20'000}, std::size_t{49'999}}) {
    Pages pages(50'000);
    pages.broken = broken;
    const auto listed = list(pages, index_from(0, 50'000));
    EXPECT_FALSE(if_complete(listed)) << broken;
    ASSERT_TRUE(why_not(listed));
    EXPECT_EQ(why_not(listed)->cause, "cut off");
    const auto* part = if_any(listed);
    ASSERT_TRUE(part);
    EXPECT_GE(part->size(), 2'000u);
    EXPECT_TRUE(std::is_sorted(part->begin(), part->end(),
                               [](const auto& a, const auto& b) { return a.key < b.key; }));
  }
  Pages none(50'000);
  none.broken = 0;
  EXPECT_FALSE(if_any(list(none, {})));
}

}  // namespace
}  // namespace reconcile
