#include "tests/buffer/support.h"
#include <fcntl.h>
#include <filesystem>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/buffer/aside.h"
#include "reconciler/buffer/folder_buffer.h"
#include "reconciler/buffer/move.h"
#include "reconciler/buffer/trash.h"

namespace reconcile::buffer {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using State = BufferFile::State;

class Release : public testing::Test {
 protected:
  Release() {
    options_.staging = other_ / "staging";
    options_.quarantine = other_ / "quarantine";
    options_.trash = other_ / "trash";
  }
  BufferFile scanned(const std::string& name) { return only(buffer().scan(kNow), name); }
  FolderBuffer& buffer() {
    if (!buffer_) buffer_ = std::make_unique<FolderBuffer>(options_, cache_);
    return *buffer_;
  }

  TempFolder folder_, other_;
  MemoryCache cache_;
  BufferOptions options_ = options_for(folder_.path());
  std::unique_ptr<FolderBuffer> buffer_;
};

TEST_F(Release, DeletesTheFileAndItsCopyAndNothingElse) {
  put(folder_ / "d/a.jsonl", "1\n");
  put(folder_ / "d/b.jsonl", "2\n");
  const BufferFile file = scanned("d/a.jsonl");
  const StagedCopy copy = *buffer().compress(file);
  ASSERT_TRUE(buffer().release(file, AfterPublish::kDelete));
  EXPECT_THAT(tree(folder_.path()), ElementsAre("d/", "d/b.jsonl"));
  EXPECT_FALSE(is_there(copy.path));
  EXPECT_TRUE(buffer().release(file, AfterPublish::kDelete)) << "gone already is success";
  EXPECT_TRUE(buffer().release(file, AfterPublish::kTrash));
  std::filesystem::remove_all(folder_ / "d");
  EXPECT_TRUE(buffer().release(file, AfterPublish::kDelete)) << "with its folder too";
}

// A scraper renames a newer file over the name between the look and the unlink.
TEST_F(Release, RemovesExactlyTheFileThatWasLookedAt) {
  put(folder_ / "a.jsonl", "1\n");
  const BufferFile file = scanned("a.jsonl");
  const Result<Descriptor> root = open_folder(folder_.path());
  const Result<Place> place = locate(root->get(), file.name);
  ASSERT_TRUE(place);
  put(folder_ / "a.new", "22\n");
  std::filesystem::rename(folder_ / "a.new", folder_ / "a.jsonl");
  const Result<void> done = remove_exactly(*place, file.name, file.identity);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::kConflict);
  EXPECT_THAT(tree(folder_.path()), ElementsAre("a.jsonl"));
  EXPECT_TRUE(remove_exactly(*place, file.name, scanned("a.jsonl").identity));
  EXPECT_THAT(tree(folder_.path()), IsEmpty());
  EXPECT_TRUE(remove_exactly(*place, file.name, file.identity)) << "gone already is success";
}

// What a kill between the two renames leaves behind must be seen, not hidden.
TEST_F(Release, ALeftoverOfAReleaseIsShownAsWaiting) {
  put(folder_ / aside_name("a.jsonl"), "1\n");
  EXPECT_EQ(scanned(".releasing.a.jsonl").state, State::kWaiting);
  const std::string longest = std::string(249, 'x') + ".jsonl";
  EXPECT_EQ(aside_name(longest).size(), 255u);
  EXPECT_TRUE(aside_name(longest).ends_with(".jsonl"));
}

TEST_F(Release, ALeftoverOfAReleaseGetsItsNameBack) {
  const std::string longest = std::string(249, 'x') + ".jsonl";
  put(folder_ / aside_name("a.jsonl"), "1\n");
  put(folder_ / aside_name("taken.jsonl"), "old\n");
  put(folder_ / "taken.jsonl", "new\n");
  put(folder_ / aside_name(longest), "cut\n");
  ASSERT_EQ(scanned(aside_name("a.jsonl")).state, State::kWaiting);
  ASSERT_TRUE(buffer().tidy(kNow));
  EXPECT_EQ(content_of(folder_ / "a.jsonl"), "1\n");
  EXPECT_FALSE(is_there(folder_ / aside_name("a.jsonl")));
  EXPECT_EQ(content_of(folder_ / "taken.jsonl"), "new\n");
  EXPECT_EQ(content_of(folder_ / aside_name("taken.jsonl")), "old\n");
  EXPECT_EQ(content_of(folder_ / aside_name(longest)), "cut\n") << "its name is not known any more";
  EXPECT_EQ(scanned("a.jsonl").state, State::kReady);
}

// A kill between the two leaves a reason without its file.
TEST_F(Release, AQuarantineThatWasCutOffIsDoneOnceMore) {
  put(folder_ / "a.jsonl", "{");
  const BufferFile file = scanned("a.jsonl");
  put(other_ / "quarantine" / "a.jsonl.reason.txt", "before");
  ASSERT_TRUE(buffer().quarantine(file));
  EXPECT_EQ(content_of(other_ / "quarantine" / "a.jsonl"), "{");
  EXPECT_NE(content_of(other_ / "quarantine" / "a.jsonl.reason.txt"), "before");
  EXPECT_FALSE(is_there(other_ / "quarantine" / "a.jsonl.1.reason.txt"));
}

TEST_F(Release, AFileDatedBeyondTheClockIsNotTakenForOneThatHasSettled) {
  put(folder_ / "a.jsonl", "1\n");
  const timespec far[2] = {{13'600'000'000, 0}, {13'600'000'000, 0}};  // the year 2400
  ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / "a.jsonl").c_str(), far, 0), 0);
  EXPECT_EQ(scanned("a.jsonl").state, State::kWaiting);
}

TEST_F(Release, KeepLeavesTheFileAndDropsTheCopy) {
  put(folder_ / "a.jsonl", "1\n");
  const BufferFile file = scanned("a.jsonl");
  const StagedCopy copy = *buffer().compress(file);
  ASSERT_TRUE(buffer().release(file, AfterPublish::kKeep));
  EXPECT_EQ(content_of(folder_ / "a.jsonl"), "1\n");
  EXPECT_FALSE(is_there(copy.path));
}

/// Whatever took the file's place since the scan stays, under each way of letting go.
class Replaced : public Release, public testing::WithParamInterface<AfterPublish> {};

TEST_P(Replaced, AChangedFileStays) {
  put(folder_ / "a.json", "1");
  const BufferFile file = scanned("a.json");
  put(folder_ / "a.json", "2", Seconds(100));
  const Result<void> released = buffer().release(file, GetParam());
  ASSERT_FALSE(released);
  EXPECT_EQ(released.error().fault, Fault::kConflict);
  EXPECT_EQ(content_of(folder_ / "a.json"), "2");
}

TEST_P(Replaced, AnotherFileOfEqualSizeAndTimeStays) {
  put(folder_ / "a.json", "1");
  const BufferFile file = scanned("a.json");
  put(folder_ / "new", "2");
  std::filesystem::rename(folder_ / "new", folder_ / "a.json");
  EXPECT_EQ(buffer().release(file, GetParam()).error().fault, Fault::kConflict);
  EXPECT_EQ(content_of(folder_ / "a.json"), "2");
}

TEST_P(Replaced, ALinkInItsPlaceStaysAndSoDoesItsTarget) {
  put(folder_ / "a.json", "1");
  put(other_ / "precious", "1");
  const BufferFile file = scanned("a.json");
  std::filesystem::remove(folder_ / "a.json");
  std::filesystem::create_symlink(other_ / "precious", folder_ / "a.json");
  EXPECT_EQ(buffer().release(file, GetParam()).error().fault, Fault::kConflict);
  EXPECT_TRUE(is_there(folder_ / "a.json"));
  EXPECT_EQ(content_of(other_ / "precious"), "1");
}

TEST_P(Replaced, ALinkInPlaceOfItsFolderIsNotFollowed) {
  put(folder_ / "d/a.json", "1");
  const BufferFile file = scanned("d/a.json");
  // The very file, moved elsewhere, with a link that leads to it: even the identity fits.
  std::filesystem::rename(folder_ / "d", other_ / "moved");
  std::filesystem::create_symlink(other_ / "moved", folder_ / "d");
  EXPECT_EQ(buffer().release(file, GetParam()).error().fault, Fault::kConflict);
  EXPECT_EQ(content_of(other_ / "moved/a.json"), "1");
}

INSTANTIATE_TEST_SUITE_P(Ways, Replaced, testing::Values(AfterPublish::kDelete, AfterPublish::kTrash));

TEST_F(Release, TrashKeepsThePathAndNeverOverwrites) {
  put(folder_ / "d/a.json", "1");
  ASSERT_TRUE(buffer().release(scanned("d/a.json"), AfterPublish::kTrash));
  put(folder_ / "d/a.json", "2");
  ASSERT_TRUE(buffer().release(scanned("d/a.json"), AfterPublish::kTrash));
  EXPECT_EQ(content_of(other_ / "trash/20261122T080000Z/d/a.json"), "1");
  EXPECT_EQ(content_of(other_ / "trash/20261122T080000Z.1/d/a.json"), "2");
  EXPECT_THAT(tree(folder_.path()), ElementsAre("d/"));
}

TEST_F(Release, TrashIsEmptiedAfterItsKeepingTime) {
  put(folder_ / "a.json", "1");
  ASSERT_TRUE(buffer().release(scanned("a.json"), AfterPublish::kTrash));
  put(other_ / "trash/my notes/n.txt", "not ours");
  put(other_ / "trash/20261122T080000Z-mine/n.txt", "not ours");
  ASSERT_TRUE(buffer().tidy(kNow + options_.trash_keep - Seconds(1)));
  EXPECT_TRUE(is_there(other_ / "trash/20261122T080000Z/a.json"));
  ASSERT_TRUE(buffer().tidy(kNow + options_.trash_keep));
  EXPECT_THAT(tree(other_ / "trash"), ElementsAre("20261122T080000Z-mine/", "20261122T080000Z-mine/n.txt",
                                                  "my notes/", "my notes/n.txt"));
}

TEST_F(Release, TheTrashNeverLeadsOutside) {
  put(other_ / "precious/n.txt", "1");
  std::filesystem::create_directories(other_ / "trash/20200101T000000Z");
  std::filesystem::create_symlink(other_ / "precious", other_ / "trash/20200101T000000Z/link");
  std::filesystem::create_symlink(other_ / "precious", other_ / "trash/20200102T000000Z");
  ASSERT_TRUE(buffer().tidy(kNow));
  EXPECT_EQ(content_of(other_ / "precious/n.txt"), "1");
}

TEST(Trash, NamesReadBack) {
  EXPECT_EQ(trash_name(kNow, 0), "20261122T080000Z");
  EXPECT_EQ(trash_time(trash_name(kNow, 0)), kNow);
  EXPECT_EQ(trash_time(trash_name(kNow, 12)), kNow);
  for (const char* name : {"", "20261122T080000", "20261122T080000Z.", "20261122T080000Z.x",
                           "20261322T080000Z", "20261122T080000Zx", "2026-1122T08000Z"})
    EXPECT_EQ(trash_time(name), std::nullopt) << name;
}

TEST_F(Release, QuarantineKeepsTheReasonBeside) {
  put(folder_ / "d/a.json", "[1");
  const BufferFile file = scanned("d/a.json");
  ASSERT_EQ(file.state, State::kInvalid);
  ASSERT_TRUE(buffer().quarantine(file));
  EXPECT_EQ(content_of(other_ / "quarantine/d/a.json"), "[1");
  EXPECT_EQ(content_of(other_ / "quarantine/d/a.json.reason.txt"),
            "truncated JSON at byte 2\n\nfile: d/a.json\nsize: 2 bytes\nquarantined: 2026-11-22T08:00:00Z\n");
  EXPECT_THAT(tree(folder_.path()), ElementsAre("d/"));
  EXPECT_TRUE(buffer().quarantine(file)) << "gone already is success";
  EXPECT_EQ(tree(other_ / "quarantine").size(), 3u) << "and adds no second reason";
}

TEST_F(Release, QuarantineNeverOverwrites) {
  for (const char* content : {"[1", "[2", "[3"}) {
    put(folder_ / "a.json", content);
    ASSERT_TRUE(buffer().quarantine(scanned("a.json")));
  }
  EXPECT_EQ(content_of(other_ / "quarantine/a.json"), "[1");
  EXPECT_EQ(content_of(other_ / "quarantine/a.json.1"), "[2");
  EXPECT_EQ(content_of(other_ / "quarantine/a.json.2"), "[3");
  EXPECT_TRUE(is_there(other_ / "quarantine/a.json.2.reason.txt"));
}

TEST_F(Release, QuarantineOfAChangedFileIsAConflictAndLeavesNoReason) {
  put(folder_ / "a.json", "[1");
  const BufferFile file = scanned("a.json");
  put(folder_ / "a.json", "[1]", Seconds(100));
  EXPECT_EQ(buffer().quarantine(file).error().fault, Fault::kConflict);
  EXPECT_EQ(content_of(folder_ / "a.json"), "[1]");
  EXPECT_THAT(tree(other_ / "quarantine"), IsEmpty());
}

TEST_F(Release, TheLongestNamesFitIntoQuarantineAndTrash) {
  const std::string stem = repeated("\xc3\xa9", 124);
  const std::string bad = stem + "12.json", good = stem + "34.json";  // 255 bytes each
  ASSERT_EQ(bad.size(), 255u);
  put(folder_ / bad, "[1");
  put(folder_ / good, "1");
  ASSERT_TRUE(buffer().quarantine(scanned(bad)));
  ASSERT_TRUE(buffer().release(scanned(good), AfterPublish::kTrash));
  EXPECT_EQ(content_of(other_ / ("quarantine/" + bad)), "[1");
  EXPECT_EQ(tree(other_ / "quarantine").size(), 2u);
  EXPECT_EQ(content_of(other_ / ("trash/20261122T080000Z/" + good)), "1");
  put(folder_ / bad, "[2");
  ASSERT_TRUE(buffer().quarantine(scanned(bad)));
  EXPECT_EQ(tree(other_ / "quarantine").size(), 4u);
}

TEST(Move, ShortenedNamesStayUtf8AndDistinct) {
  const std::string a = repeated("\xc3\xa9", 127) + "1", b = repeated("\xc3\xa9", 127) + "2";
  EXPECT_EQ(with_suffix("a", ".1"), "a.1");
  EXPECT_LE(with_suffix(a, ".reason.txt").size(), 255u);
  EXPECT_NE(with_suffix(a, ".reason.txt"), with_suffix(b, ".reason.txt"));
  EXPECT_EQ(unusable_name(with_suffix(a, ".reason.txt")), "");
  EXPECT_EQ(unusable_name(with_suffix(a, ".1")), "");
}

TEST_F(Release, MovesToAnotherFileSystemAreCopies) {
  TempFolder disk;
  if (::mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "mounting is not allowed here";
  options_.trash = disk / "trash";
  put(folder_ / "a.json", "1");
  put(folder_ / "big.json", "\"" + std::string(2 << 20, 'x') + "\"");
  const BufferFile small = scanned("a.json"), big = scanned("big.json");
  const Result<void> moved = buffer().release(small, AfterPublish::kTrash);
  const Result<void> full = buffer().release(big, AfterPublish::kTrash);
  const std::string copy = content_of(disk / "trash/20261122T080000Z/a.json");
  struct stat status {};
  ::stat((disk / "trash/20261122T080000Z/a.json").c_str(), &status);
  const bool half = is_there(disk / "trash/20261122T080000Z/big.json");
  ::umount(disk.path().c_str());
  EXPECT_TRUE(moved) << moved.error().cause;
  EXPECT_EQ(copy, "1");
  EXPECT_EQ(identity_of(status).mtime_ns, small.identity.mtime_ns);
  EXPECT_FALSE(is_there(folder_ / "a.json"));
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().cause, HasSubstr("No space left"));
  EXPECT_FALSE(half) << "a half copy must not stay";
  EXPECT_TRUE(is_there(folder_ / "big.json"));
}

TEST_F(Release, AReadOnlyBufferIsSaidSo) {
  put(folder_ / "d/a.json", "1");
  const BufferFile file = scanned("d/a.json");
  ::chmod((folder_ / "d").c_str(), 0555);
  const Unprivileged as_user;
  const Result<void> denied = buffer().release(file, AfterPublish::kDelete);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().fault, Fault::kDenied);
}

TEST_F(Release, NamesThatLeadOutsideAreRefused) {
  put(other_ / "precious", "1");
  BufferFile file;
  file.name = "../" + other_.path().filename().string() + "/precious";
  struct stat status {};
  ::stat((other_ / "precious").c_str(), &status);
  file.identity = identity_of(status);
  for (const AfterPublish how : {AfterPublish::kDelete, AfterPublish::kTrash})
    EXPECT_EQ(buffer().release(file, how).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(buffer().quarantine(file).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(buffer().body(file).error().fault, Fault::kInvalidInput);
  EXPECT_TRUE(is_there(other_ / "precious"));
}

TEST_F(Release, WithoutOtherWishesTheFoldersLieInTheBuffer) {
  options_.staging = options_.quarantine = options_.trash = Path();
  put(folder_ / "bad.json", "[1");
  put(folder_ / "good.json", "1");
  ASSERT_TRUE(buffer().quarantine(scanned("bad.json")));
  ASSERT_TRUE(buffer().compress(scanned("good.json")));
  ASSERT_TRUE(buffer().release(scanned("good.json"), AfterPublish::kTrash));
  EXPECT_TRUE(is_there(folder_ / ".quarantine/bad.json"));
  EXPECT_TRUE(is_there(folder_ / ".trash/20261122T080000Z/good.json"));
  EXPECT_THAT(files_of(buffer().scan(kNow)), IsEmpty());
}

}  // namespace
}  // namespace reconcile::buffer
