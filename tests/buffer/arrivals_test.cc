#include "reconciler/buffer/arrivals.h"

#include "tests/buffer/support.h"
#include <filesystem>

namespace reconcile::buffer {
namespace {

using test::kNow;
using test::put;
using test::TempFolder;
using Names = std::set<std::string>;

WatchedFolder folder_at(const Path& path, std::uint64_t flush_at) {
  return {path, {{"*.parquet", "*.json.gz"}, {"*.json"}}, Seconds(30), Bytes(flush_at)};
}

TEST(Arrivals, FullIsWhenEnoughBytesHaveSettled) {
  const std::vector<Arrival> three{
      {Bytes(5), kNow + Seconds(9)}, {Bytes(5), kNow}, {Bytes(5), kNow + Seconds(3)}};
  EXPECT_EQ(full_at(three, Bytes(5)), kNow);
  EXPECT_EQ(full_at(three, Bytes(6)), kNow + Seconds(3));
  EXPECT_EQ(full_at(three, Bytes(15)), kNow + Seconds(9));
  EXPECT_EQ(full_at(three, Bytes(16)), std::nullopt);
}

TEST(Arrivals, AFolderIsFullOnceSoManyBytesCameAndSettled) {
  const TempFolder temp;
  Arrivals arrivals;
  arrivals.watch({{"p", folder_at(temp.path(), 10)}});
  put(temp / "a.parquet", "12345", Seconds(60));
  EXPECT_EQ(arrivals.full(kNow), Names{});
  put(temp / "b.json", "12345", Seconds(10));  // written, then given its time: settles in 20 s
  EXPECT_EQ(arrivals.full(kNow + Seconds(19)), Names{});
  EXPECT_EQ(arrivals.full(kNow + Seconds(20)), Names{"p"});
  EXPECT_EQ(arrivals.full(kNow + Seconds(21)), Names{}) << "named once";
  arrivals.pass_begins("p", kNow + Seconds(22));
  EXPECT_EQ(arrivals.full(kNow + Seconds(99)), Names{}) << "what was there is the pass's";
}

TEST(Arrivals, WhatHasNotSettledWhenAPassBeginsStillCounts) {
  const TempFolder temp;
  Arrivals arrivals;
  arrivals.watch({{"p", folder_at(temp.path(), 5)}});
  put(temp / "a.parquet", "12345", Seconds(10));
  arrivals.pass_begins("p", kNow);
  EXPECT_EQ(arrivals.full(kNow), Names{});
  EXPECT_EQ(arrivals.full(kNow + Seconds(20)), Names{"p"});
}

TEST(Arrivals, OtherNamesTemporaryNamesAndWhatIsGoneDoNotCount) {
  const TempFolder temp;
  Arrivals arrivals;
  arrivals.watch({{"p", folder_at(temp.path(), 1)}});
  put(temp / "notes.txt", "12345");
  put(temp / "a.parquet.tmp", "12345");
  put(temp / ".trash/b.parquet", "12345");
  put(temp / "c.parquet", "12345");
  std::filesystem::remove(temp / "c.parquet");
  put(temp / "d.parquet", "12345");
  std::filesystem::rename(temp / "d.parquet", temp / "d.bak");
  EXPECT_EQ(arrivals.full(kNow), Names{});
  std::filesystem::rename(temp / "a.parquet.tmp", temp / "a.parquet");
  EXPECT_EQ(arrivals.full(kNow), Names{"p"}) << "its final name";
}

TEST(Arrivals, FoldersBelowAreWatchedFromTheirFirstFileOn) {
  const TempFolder temp;
  std::filesystem::create_directories(temp / "old");
  Arrivals arrivals;
  arrivals.watch({{"p", folder_at(temp.path(), 10)}});
  put(temp / "old/a.parquet", "12345");
  put(temp / "new/deep/b.parquet", "12345");
  EXPECT_EQ(arrivals.full(kNow), Names{"p"});
  arrivals.pass_begins("p", kNow);
  put(temp / "new/deep/c.parquet", "1234567890");
  EXPECT_EQ(arrivals.full(kNow), Names{"p"});
}

TEST(Arrivals, AFolderThatComesLaterOrTakesAnothersPlaceIsWatchedFromTheNextPassOn) {
  const TempFolder temp;
  Arrivals arrivals;
  arrivals.watch({{"p", folder_at(temp / "buffer", 5)}});
  for (const char* old : {"first", "second"}) {
    std::filesystem::create_directories(temp / "buffer");
    arrivals.pass_begins("p", kNow);
    put(temp / "buffer/a.parquet", "12345");
    EXPECT_EQ(arrivals.full(kNow), Names{"p"});
    std::filesystem::rename(temp / "buffer", temp / old);
  }
  std::filesystem::create_directories(temp / "buffer");
  std::filesystem::remove_all(temp / "buffer");
  arrivals.pass_begins("p", kNow);
  EXPECT_EQ(arrivals.full(kNow), Names{});
}

TEST(Arrivals, AReloadKeepsWhatCameIntoFoldersThatStay) {
  const TempFolder temp;
  Arrivals arrivals;
  const WatchedFolder one = folder_at(temp / "one", 5), two = folder_at(temp / "two", 5);
  std::filesystem::create_directories(one.path);
  std::filesystem::create_directories(two.path);
  arrivals.watch({{"one", one}, {"two", two}, {"too", two}});
  put(one.path / "a.parquet", "12345");
  put(two.path / "a.parquet", "12345");
  EXPECT_EQ(arrivals.full(kNow - Seconds(4000)), Names{}) << "read, and not settled";
  arrivals.watch({{"one", one}, {"too", two}});
  EXPECT_EQ(arrivals.full(kNow), (Names{"one", "too"}));
}

/// fs.inotify.max_queued_events is 16,384 unless somebody changed it.
TEST(Arrivals, AfterAnOverflowTheFoldersBelowAreFoundAgain) {
  const TempFolder temp;
  Arrivals arrivals;
  arrivals.watch({{"p", folder_at(temp.path(), 5)}});
  const std::uint64_t most = std::stoull(test::content_of("/proc/sys/fs/inotify/max_queued_events"));
  ASSERT_GT(most, 0u);
  if (most > 200'000) GTEST_SKIP() << "this machine queues " << most << " events";
  for (std::uint64_t i = 0; i <= most; ++i) put(temp / (i % 2 == 0 ? "x.txt" : "y.txt"), "");
  std::filesystem::create_directories(temp / "below");
  put(temp / "below/a.parquet", "12345");
  EXPECT_EQ(arrivals.full(kNow), Names{}) << "these events were lost: only the scan sees the file";
  arrivals.pass_begins("p", kNow);
  put(temp / "below/b.parquet", "12345");
  EXPECT_EQ(arrivals.full(kNow), Names{"p"});
}

}  // namespace
}  // namespace reconcile::buffer
