#include "reconciler/engine/load_index.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/base/units.h"
#include "reconciler/model/index_parts.h"

namespace reconcile {
namespace {

using testing::HasSubstr;

constexpr std::size_t kDays = 20;

Index index_of_days() {
  Index out;
  out.seq = 1;
  out.netuid = 13;
  out.hotkey = "5Hotkey";
  out.time = parse_time("2026-11-22T07:20:14Z").value();
  for (std::size_t day = 0; day < kDays; ++day)
    for (std::size_t i = 0; i < 3; ++i)
      out.objects.push_back({ObjectKey(fmt::format("data/{:02}/{}", day, i)),
                             Bytes(i),
                             Sha256(),
                             parse_time(fmt::format("2026-11-{:02}T12:00:00Z", day + 1)).value(),
                             {}});
  return out;
}

/// An index in parts. `together`: a part is handed out once so many are being asked for.
class Bucket final : public ObjectReader {
 public:
  Bucket() {
    const StoredIndex stored = store_index(
        index_of_days(), 1, [&](const IndexPart& part, const std::string& text) { texts[part.key] = text; });
    texts[kRoot] = stored.root;
    parts = stored.parts;
  }

  StoreCapabilities capabilities() override { return {}; }
  Result<bool> bucket_exists() override { return true; }
  Result<void> list(const std::string&, const std::string&, const PageSink&) override { return {}; }
  Result<std::optional<ObjectHead>> head(const ObjectKey&) override { return std::nullopt; }
  Result<LifecycleDocument> lifecycle() override { return LifecycleDocument{}; }
  std::string public_url(const ObjectKey&) const override { return ""; }
  Result<std::string> get(const ObjectKey& key, Bytes) override {
    std::unique_lock lock(mutex_);
    if (key != kRoot) {
      ++asked_;
      came_.notify_all();
      // Whoever asks for one part after the other waits here for nothing, and is told so.
      if (!came_.wait_for(lock, std::chrono::seconds(10), [&] { return asked_ >= together; })) {
        together = 1;  // once is enough
        return fail(Fault::kInternal, "nobody asked for another part meanwhile", "");
      }
    }
    if (failures.contains(key)) return fail(failures.at(key));
    return texts.at(key);
  }

  const ObjectKey kRoot{"i/00000001.json"};
  std::map<ObjectKey, std::string> texts;
  std::map<ObjectKey, Error> failures;
  std::vector<IndexPart> parts;
  std::size_t together = 1;

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::size_t asked_ = 0;
};

Result<LoadedIndex> load(Bucket& bucket, std::size_t at_once) {
  return load_index(bucket, bucket.kRoot, nullptr, {13, "5Hotkey"}, at_once);
}

TEST(LoadIndex, PutsThePartsTogetherHoweverManyAreFetchedAtOnce) {
  for (const std::size_t at_once : {1u, 3u, 16u, 100u}) {
    Bucket bucket;
    const Result<LoadedIndex> loaded = load(bucket, at_once);
    ASSERT_TRUE(loaded) << loaded.error().cause;
    EXPECT_EQ(loaded->file.index, index_of_days());
    EXPECT_EQ(loaded->file.parts.size(), kDays);
    EXPECT_FALSE(loaded->damage);
  }
}

TEST(LoadIndex, FetchesPartsSideBySide) {
  Bucket bucket;
  bucket.together = 8;
  const Result<LoadedIndex> loaded = load(bucket, 8);
  ASSERT_TRUE(loaded) << loaded.error().cause;
  EXPECT_EQ(loaded->file.index, index_of_days());
}

TEST(LoadIndex, TellsADamagedPartFromOneThatCouldNotBeRead) {
  for (const std::size_t at_once : {1u, 16u}) {
    Bucket bucket;
    bucket.texts[bucket.parts[7].key] += " ";
    const Result<LoadedIndex> damaged = load(bucket, at_once);
    ASSERT_TRUE(damaged);
    ASSERT_TRUE(damaged->damage);
    EXPECT_THAT(damaged->damage->cause, HasSubstr(bucket.parts[7].key.get()));

    bucket.failures[bucket.parts[5].key] = {Fault::kTransient, "the line is cut", "again"};
    const Result<LoadedIndex> unknown = load(bucket, at_once);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().fault, Fault::kTransient);
  }
}

}  // namespace
}  // namespace reconcile
