// Files that were not there before: all or none, and nothing of anybody else's is touched.

#include "reconciler/cli/new_files.h"

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace reconcile::cli {
namespace {

namespace fs = std::filesystem;

class NewFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "new-files-XXXXXX";
    ASSERT_NE(nullptr, ::mkdtemp(name.data()));
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string read(const Path& path) { return *read_file(path, Bytes(1000)); }
  static unsigned mode_of(const Path& path) {
    struct stat info {};
    EXPECT_EQ(0, ::stat(path.c_str(), &info));
    return info.st_mode & 07777u;
  }
  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(folder_), {}));
  }

  Path folder_;
};

TEST_F(NewFilesTest, MakesFoldersAndFilesWithTheirModes) {
  NewFiles making;
  ASSERT_TRUE(making.folder(folder_ / "a" / "b"));
  ASSERT_TRUE(making.file({folder_ / "a" / "b" / "keys", Secret("secret"), 0600}));
  ASSERT_TRUE(making.file({folder_ / "run", Secret("#!/bin/sh\n"), 0755}));
  EXPECT_EQ((std::vector<Path>{folder_ / "a", folder_ / "a" / "b"}), making.keep());
  EXPECT_EQ("secret", read(folder_ / "a" / "b" / "keys"));
  EXPECT_EQ(0600u, mode_of(folder_ / "a" / "b" / "keys"));
  EXPECT_EQ(0700u, mode_of(folder_ / "run") & 0700u);
}

TEST_F(NewFilesTest, TakesEverythingBackThatWasNotKept) {
  ASSERT_TRUE(write_file_atomically(folder_ / "theirs", "theirs"));
  {
    NewFiles making;
    ASSERT_TRUE(making.folder(folder_ / "a" / "b"));
    ASSERT_TRUE(making.file({folder_ / "a" / "b" / "one", Secret("1")}));
    ASSERT_TRUE(making.file({folder_ / "two", Secret("2")}));
    const Result<void> refused = making.file({folder_ / "theirs", Secret("3")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(Fault::kConflict, refused.error().fault);
    EXPECT_NE(std::string::npos, refused.error().cause.find("theirs"));
  }
  EXPECT_EQ(1u, count());
  EXPECT_EQ("theirs", read(folder_ / "theirs"));
}

TEST_F(NewFilesTest, LeavesAFolderThatWasThereOrThatSomebodyElseUses) {
  fs::create_directory(folder_ / "there");
  {
    NewFiles making;
    ASSERT_TRUE(making.folder(folder_ / "there"));
    ASSERT_TRUE(making.folder(folder_ / "made"));
    ASSERT_TRUE(making.file({folder_ / "made" / "ours", Secret("")}));
    ASSERT_TRUE(write_file_atomically(folder_ / "made" / "theirs", "theirs"));
  }
  EXPECT_TRUE(fs::is_directory(folder_ / "there"));
  EXPECT_EQ("theirs", read(folder_ / "made" / "theirs"));
  EXPECT_FALSE(fs::exists(folder_ / "made" / "ours"));
}

TEST_F(NewFilesTest, FollowsNoLinkAndSeesABrokenOne) {
  fs::create_symlink(folder_ / "nowhere", folder_ / "link");
  EXPECT_EQ(std::vector<Path>{folder_ / "link"}, taken_of({folder_ / "link", folder_ / "free"}));
  NewFiles making;
  EXPECT_FALSE(making.file({folder_ / "link", Secret("secret")}));
  EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
}

TEST_F(NewFilesTest, RefusesAFolderWhereAFileStands) {
  ASSERT_TRUE(write_file_atomically(folder_ / "file", ""));
  NewFiles making;
  EXPECT_FALSE(making.folder(folder_ / "file"));
  EXPECT_FALSE(making.folder(folder_ / "file" / "below"));
}

}  // namespace
}  // namespace reconcile::cli
