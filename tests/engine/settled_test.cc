#include "reconciler/engine/settled.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/engine/list_around.h"

namespace reconcile {
namespace {

constexpr Instant kSwept{Seconds(1'000'000)};
constexpr Instant kBefore = kSwept - Seconds(10);

ObjectKey key(std::size_t number) { return ObjectKey(fmt::format("data/{:04}", number)); }

std::vector<IndexEntry> entries_of(std::size_t count, Instant time = kBefore) {
  std::vector<IndexEntry> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back({key(10 * i), Bytes(i), {}, time, {}});
  return out;
}

std::vector<SettledRun> runs_of(const std::vector<IndexEntry>& entries,
                                const std::vector<ObjectKey>& touched = {}, std::size_t shortest = 1) {
  return settled_runs(entries, touched, {}, kSwept, kSwept, shortest);
}

TEST(SettledRuns, AreWhatWasPutBeforeTheSweep) {
  std::vector<IndexEntry> entries = entries_of(6);
  EXPECT_EQ(runs_of(entries), (std::vector<SettledRun>{{0, 6}}));
  entries[2].time = kSwept;  // perhaps listed, perhaps not
  EXPECT_EQ(runs_of(entries), (std::vector<SettledRun>{{0, 2}, {3, 6}}));
  EXPECT_EQ(runs_of(entries, {}, 3), (std::vector<SettledRun>{{3, 6}}));
  EXPECT_TRUE(runs_of(entries_of(6, kSwept + Seconds(1))).empty());
  EXPECT_TRUE(runs_of({}).empty());
}

TEST(SettledRuns, AreEndedByWhatHasToBeLookedAt) {
  const std::vector<IndexEntry> entries = entries_of(4);
  EXPECT_EQ(runs_of(entries, {key(10)}), (std::vector<SettledRun>{{0, 1}, {2, 4}})) << "an entry itself";
  EXPECT_EQ(runs_of(entries, {key(15)}), (std::vector<SettledRun>{{0, 2}, {2, 4}})) << "a key between two";
  EXPECT_EQ(runs_of(entries, {ObjectKey("a"), ObjectKey("z")}), (std::vector<SettledRun>{{0, 4}}));
  EXPECT_EQ(runs_of(entries, {key(11), key(12), key(20)}), (std::vector<SettledRun>{{0, 2}, {3, 4}}));
}

TEST(SettledRuns, AreEndedByWhatLeavesTheIndexSoon) {
  std::vector<IndexEntry> entries = entries_of(4);
  entries[1].time = kBefore - Seconds(1000);
  const std::vector<LifecycleRule> rules{{"r", "data/", Seconds(1000), std::nullopt}};
  EXPECT_EQ(settled_runs(entries, {}, rules, kSwept, kBefore, 1), (std::vector<SettledRun>{{0, 1}, {2, 4}}));
  EXPECT_TRUE(settled_runs(entries, {}, rules, kSwept, kBefore + Seconds(1000), 1).empty());
}

IndexFile file_of(std::vector<IndexEntry> entries) {
  IndexFile out;
  out.index.objects = std::move(entries);
  out.sha256 = sha256_of(std::string_view("some index"));
  return out;
}

TEST(Swept, RemembersWhatTheIndexDoesNotSpeakFor) {
  const IndexFile base = file_of(entries_of(5));
  std::vector<ListedObject> listing{{key(0), Bytes(0), "e", kBefore},
                                    {key(5), Bytes(5), "e", kBefore},                  // of others
                                    {key(10), Bytes(99), "e", kBefore},                // another size
                                    {key(20), Bytes(2), "e", kBefore - Seconds(61)},   // older than noted
                                    {key(30), Bytes(3), "e", kBefore - Seconds(60)}};  // a clock's difference
  Swept swept;
  swept.remember(listing, base, Seconds(60), kSwept);
  EXPECT_EQ(swept.at, kSwept);
  EXPECT_EQ(swept.index, base.sha256);
  EXPECT_EQ(swept.odd, (std::vector<ListedObject>{listing[1], listing[2], listing[3]}));
  EXPECT_EQ(swept.missing, std::vector<ObjectKey>{key(40)});
  swept.forget();
  EXPECT_FALSE(swept.at);
}

TEST(Swept, DoesNotRememberABucketFullOfOthers) {
  const auto numbered = [](std::size_t i) { return ObjectKey(fmt::format("data/{:06}", i)); };
  const std::size_t last = Swept::kOddMax + 2;
  const IndexFile base =
      file_of({{numbered(0), Bytes(0), {}, kBefore, {}}, {numbered(last), Bytes(0), {}, kBefore, {}}});
  std::vector<ListedObject> listing;
  for (std::size_t i = 0; i <= last + 10; ++i) listing.push_back({numbered(i), Bytes(0), "", kBefore});
  Swept swept;
  swept.remember(listing, base, Seconds(0), kSwept);
  EXPECT_FALSE(swept.at);
  listing.erase(listing.begin() + 1);
  swept.remember(listing, base, Seconds(0), kSwept);
  EXPECT_TRUE(swept.at) << "what lies behind the last entry is listed in any case";
  EXPECT_EQ(swept.odd.size(), Swept::kOddMax);
}

TEST(Swept, DoesNotRememberThatNearlyAllIsMissing) {
  Swept swept;
  std::vector<IndexEntry> entries;
  for (std::size_t i = 0; i <= Swept::kOddMax; ++i)
    entries.push_back({ObjectKey(fmt::format("data/{:06}", i)), Bytes(0), {}, kBefore, {}});
  swept.remember({}, file_of(std::move(entries)), Seconds(0), kSwept);
  EXPECT_FALSE(swept.at);
}

/// Sorted objects in pages of three; the request number `broken` fails.
class Pages final : public ObjectReader {
 public:
  explicit Pages(std::vector<ListedObject> objects) : objects_(std::move(objects)) {}
  StoreCapabilities capabilities() override { return {}; }
  Result<bool> bucket_exists() override { return true; }
  Result<void> list(const std::string&, const std::string& after, const PageSink& sink) override {
    std::vector<ListedObject> page;
    for (const ListedObject& object : objects_) {
      if (object.key.get() <= after) continue;
      page.push_back(object);
      if (page.size() < 3) continue;
      if (++requests == broken) return fail(Fault::kTransient, "cut off", "again");
      if (!sink(std::exchange(page, {}))) return {};
    }
    if (++requests == broken) return fail(Fault::kTransient, "cut off", "again");
    sink(std::move(page));
    return {};
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey&) override { return std::nullopt; }
  Result<std::string> get(const ObjectKey&, Bytes) override { return fail(Fault::kNotFound, "", ""); }
  Result<LifecycleDocument> lifecycle() override { return LifecycleDocument{}; }
  std::string public_url(const ObjectKey&) const override { return ""; }

  std::size_t requests = 0;
  std::size_t broken = 0;

 private:
  std::vector<ListedObject> objects_;
};

// Where nothing has changed since, listing around what is settled finds what a whole listing finds, whatever
// lies there and whatever the index says of it.
RC_GTEST_PROP(ListAround, FindsWhatAWholeListingFinds, ()) {
  const auto some = [](int most) { return *rc::gen::inRange(0, most); };
  std::vector<IndexEntry> entries;
  std::vector<ListedObject> objects;
  std::vector<ObjectKey> touched;
  for (std::size_t i = 0; i < 60; ++i) {
    const bool named = some(4) < 3, there = some(8) < 7;
    const Instant time = some(10) < 9 ? kBefore : kSwept;
    if (named) entries.push_back({key(i), Bytes(5), {}, time, {}});
    if (there)
      objects.push_back({key(i), Bytes(some(10) < 9 ? 5 : 6), "", some(10) < 9 ? time : time - Seconds(500)});
    if (some(20) == 19) touched.push_back(key(i));
  }
  Swept swept;
  swept.remember(objects, file_of(entries), Seconds(60), kSwept);
  touched.insert(touched.end(), swept.missing.begin(), swept.missing.end());
  std::sort(touched.begin(), touched.end());
  const std::vector<SettledRun> runs =
      settled_runs(entries, touched, {}, kSwept, kSwept, static_cast<std::size_t>(1 + some(4)));
  Pages pages(objects);
  const auto listed = list_around(pages, "data/", entries, runs, swept.odd);
  const auto* all = if_complete(listed);
  RC_ASSERT(all != nullptr);
  RC_ASSERT(*all == objects);
}

TEST(ListAround, AsksForTheGapsAlone) {
  const std::vector<IndexEntry> entries = entries_of(60);
  std::vector<ListedObject> objects;
  for (const IndexEntry& entry : entries) objects.push_back({entry.key, entry.size, "e", entry.time});
  Pages pages(objects);
  const auto listed = list_around(pages, "data/", entries, {{0, 30}, {31, 60}}, {});
  EXPECT_EQ(if_complete(listed)->size(), 60u);
  EXPECT_EQ(pages.requests, 3u) << "before, between, behind";
}

TEST(ListAround, WhatCouldNotBeListedIsNotComplete) {
  const std::vector<IndexEntry> entries = entries_of(6);
  const std::vector<SettledRun> runs{{1, 3}, {4, 6}};
  for (const std::size_t broken : {1u, 2u, 3u}) {
    std::vector<ListedObject> objects;
    for (const IndexEntry& entry : entries) objects.push_back({entry.key, entry.size, "e", entry.time});
    Pages pages(objects);
    pages.broken = broken;
    const auto listed = list_around(pages, "data/", entries, runs, {});
    EXPECT_EQ(if_complete(listed), nullptr) << broken;
    EXPECT_EQ(if_any(listed) != nullptr, broken > 1) << broken;
  }
}

}  // namespace
}  // namespace reconcile
