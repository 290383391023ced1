#include "reconciler/sim/sim_buffer.h"

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"

namespace reconcile::sim {
namespace {

class SimBufferTest : public testing::Test {
 protected:
  std::vector<BufferFile> scan() {
    const Observation<BufferScan> seen = buffer_.scan(world_.now);
    const BufferScan* files = if_complete(seen);
    EXPECT_TRUE(files);
    return files ? files->files : std::vector<BufferFile>();
  }
  /// The only file, settled.
  BufferFile settled(const std::string& name, const std::string& content) {
    world_.write_file(name, content);
    world_.advance(Seconds(30));
    return scan().at(0);
  }
  World world_{{}};
  SimBuffer buffer_{world_};
};

TEST_F(SimBufferTest, WaitsUntilAFileIsSettled) {
  world_.write_file("a.parquet", "x");
  EXPECT_EQ(scan().at(0).state, BufferFile::State::kWaiting);
  world_.advance(Seconds(29));
  EXPECT_EQ(scan().at(0).state, BufferFile::State::kWaiting);
  world_.advance(Seconds(1));
  EXPECT_EQ(scan().at(0).state, BufferFile::State::kReady);
  EXPECT_EQ(scan().at(0).sha256, sha256_of(std::string_view("x")));
}

TEST_F(SimBufferTest, ShowsDamage) {
  world_.write_file("a.parquet", "x", "no footer");
  world_.advance(Seconds(60));
  EXPECT_EQ(scan().at(0).state, BufferFile::State::kInvalid);
  ASSERT_TRUE(buffer_.quarantine(scan().at(0)));
  EXPECT_TRUE(scan().empty());
  EXPECT_TRUE(world_.folder.quarantined.contains("a.parquet"));
}

TEST_F(SimBufferTest, TellsNoFolderFromAnEmptyOne) {
  EXPECT_TRUE(scan().empty());
  world_.folder.exists = false;
  const Observation<BufferScan> seen = buffer_.scan(world_.now);
  ASSERT_TRUE(why_not(seen));
  EXPECT_EQ(why_not(seen)->fault, Fault::kNotFound);
}

TEST_F(SimBufferTest, GivesTheCompressedCopyAsTheBody) {
  const BufferFile file = settled("a.json", "{}");
  EXPECT_TRUE(file.compress);
  EXPECT_FALSE(file.staged);
  EXPECT_FALSE(buffer_.body(file));
  const StagedCopy copy = buffer_.compress(file).value();
  EXPECT_EQ(buffer_.compress(file).value(), copy);
  EXPECT_EQ(scan().at(0).staged, copy);
  EXPECT_EQ(buffer_.body(file).value().sha256, sha256_of(std::string_view(sim_compressed("{}"))));
  EXPECT_EQ(copy.sha256, buffer_.body(file).value().sha256);
}

TEST_F(SimBufferTest, NeverLetsGoOfAFileThatChanged) {
  const BufferFile file = settled("a.parquet", "old");
  world_.write_file("a.parquet", "new");
  EXPECT_EQ(buffer_.body(file).error().fault, Fault::kConflict);
  EXPECT_EQ(buffer_.release(file, AfterPublish::kDelete).error().fault, Fault::kConflict);
  EXPECT_TRUE(world_.folder.files.contains("a.parquet"));
}

TEST_F(SimBufferTest, ReleasesAsAsked) {
  const BufferFile kept = settled("a.parquet", "x");
  ASSERT_TRUE(buffer_.release(kept, AfterPublish::kKeep));
  EXPECT_TRUE(world_.folder.files.contains("a.parquet"));
  ASSERT_TRUE(buffer_.release(kept, AfterPublish::kTrash));
  EXPECT_TRUE(world_.folder.trash.contains("a.parquet"));
  EXPECT_TRUE(buffer_.release(kept, AfterPublish::kDelete)) << "gone already";
  world_.advance(Seconds(86399));
  ASSERT_TRUE(buffer_.tidy(world_.now));
  EXPECT_EQ(world_.folder.trash.size(), 1u);
  world_.advance(Seconds(1));
  ASSERT_TRUE(buffer_.tidy(world_.now));
  EXPECT_TRUE(world_.folder.trash.empty());
}

}  // namespace
}  // namespace reconcile::sim
