// The sample buffer that a new user publishes first must keep showing what it was made to show.

#include "tests/buffer/support.h"
#include <filesystem>

#include <gtest/gtest.h>

#include "reconciler/buffer/folder_reader.h"

namespace reconcile::buffer {
namespace {

using State = BufferFile::State;

TEST(Quickstart, EachSampleIsWhatItSays) {
  const test::TempFolder folder;
  std::uint64_t total = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(Path(SOURCE_DIR) / "examples/quickstart/buffer")) {
    if (!entry.is_regular_file()) continue;
    total += entry.file_size();
    test::put(folder.path() / entry.path().filename(), test::content_of(entry.path()));
  }
  EXPECT_LT(total, 300'000u);
  test::MemoryCache cache;
  FolderReader reader(test::options_for(folder.path()), cache);
  const auto scan = reader.scan(test::kNow);
  const auto state = [&](const std::string& name) { return test::only(scan, name).state; };
  EXPECT_EQ(state(Path(test::kRedditParquet).filename()), State::kReady);
  EXPECT_EQ(state(Path(test::kXParquet).filename()), State::kReady);
  EXPECT_EQ(state("reddit_2026-11-22_06.jsonl.gz"), State::kReady);
  EXPECT_EQ(state("x_2026-11-22_06.json.gz"), State::kReady);
  EXPECT_EQ(state("reddit_2026-11-22_07.jsonl"), State::kReady);
  EXPECT_TRUE(test::only(scan, "reddit_2026-11-22_07.jsonl").compress);
  EXPECT_EQ(state("x_2026-11-22_05.json.gz"), State::kInvalid);
  EXPECT_EQ(test::only(scan, "x_2026-11-22_05.json.gz").reason, "truncated gzip at byte 4,446");
  EXPECT_EQ(state("reddit_2026-11-22_08.jsonl.tmp"), State::kWaiting);
}

}  // namespace
}  // namespace reconcile::buffer
