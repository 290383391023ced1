#include "tests/buffer/support.h"
#include <csignal>
#include <filesystem>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/buffer/folder_buffer.h"

namespace reconcile::buffer {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using State = BufferFile::State;

class Compress : public testing::Test {
 protected:
  Compress() { options_.staging = staging_.path(); }
  FolderBuffer buffer() { return FolderBuffer(options_, cache_); }
  BufferFile scanned(const std::string& name) {
    return only(FolderBuffer(options_, cache_).scan(kNow), name);
  }

  TempFolder folder_, staging_;
  MemoryCache cache_;
  BufferOptions options_ = options_for(folder_.path());
  const std::string text_ = repeated("{\"id\":1,\"body\":\"the same as before\"}\n", 20'000);
};

TEST_F(Compress, TheCopyGivesTheBytesBack) {
  put(folder_ / "a.jsonl", text_);
  const BufferFile file = scanned("a.jsonl");
  FolderBuffer buffer(options_, cache_);
  const Result<StagedCopy> copy = buffer.compress(file);
  ASSERT_TRUE(copy) << copy.error().cause;
  EXPECT_EQ(copy->path, staging_ / (to_hex(file.sha256) + ".gz"));
  const std::string bytes = content_of(copy->path);
  EXPECT_EQ(gunzip(bytes), text_);
  EXPECT_EQ(copy->size, Bytes(bytes.size()));
  EXPECT_EQ(copy->sha256, sha256_of(bytes));
  EXPECT_LT(bytes.size(), text_.size() / 10);
  EXPECT_EQ(tree(staging_.path()).size(), 1u) << "no temporary file stays";
  EXPECT_EQ(content_of(folder_ / "a.jsonl"), text_);
}

TEST_F(Compress, RepeatingFindsTheCopyAndGivesTheSameBytes) {
  put(folder_ / "a.jsonl", text_);
  const BufferFile file = scanned("a.jsonl");
  FolderBuffer buffer(options_, cache_);
  const StagedCopy once = *buffer.compress(file);
  struct stat before {
  }, after{};
  ::stat(once.path.c_str(), &before);
  EXPECT_EQ(*buffer.compress(file), once);
  ::stat(once.path.c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino) << "it was made a second time";
  const std::string bytes = content_of(once.path);
  std::filesystem::remove(once.path);
  EXPECT_EQ(content_of(buffer.compress(file)->path), bytes) << "made anew, the same to the last bit";
}

TEST_F(Compress, TheNextScanSeesTheCopyAlsoWithoutAnyMemory) {
  put(folder_ / "a.jsonl", text_);
  const StagedCopy made = *buffer().compress(scanned("a.jsonl"));
  EXPECT_EQ(scanned("a.jsonl").staged, made);
  cache_.clear();
  EXPECT_EQ(scanned("a.jsonl").staged, made);
}

TEST_F(Compress, ADamagedCopyCountsAsNoneAndIsMadeAgain) {
  put(folder_ / "a.jsonl", text_);
  const StagedCopy made = *buffer().compress(scanned("a.jsonl"));
  for (const std::string& bad : {std::string("not gzip"), gzip("other bytes"), std::string()}) {
    put(made.path, bad);
    EXPECT_FALSE(scanned("a.jsonl").staged) << bad;
    EXPECT_EQ(*buffer().compress(scanned("a.jsonl")), made);
  }
}

TEST_F(Compress, AFileThatChangedSinceTheScanIsAConflict) {
  put(folder_ / "a.jsonl", text_);
  const BufferFile file = scanned("a.jsonl");
  put(folder_ / "a.jsonl", text_ + "{}\n");
  const Result<StagedCopy> changed = buffer().compress(file);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().fault, Fault::kConflict);
  std::filesystem::remove(folder_ / "a.jsonl");
  EXPECT_EQ(buffer().compress(file).error().fault, Fault::kConflict);
  EXPECT_THAT(tree(staging_.path()), IsEmpty());
}

TEST_F(Compress, OtherBytesUnderTheSameIdentityAreNoticedByTheirHash) {
  put(folder_ / "a.jsonl", text_);
  const BufferFile file = scanned("a.jsonl");
  std::string other = text_;
  other[1000] ^= 1;
  put(folder_ / "a.jsonl", other);  // same inode, size and time
  const Result<StagedCopy> copy = buffer().compress(file);
  ASSERT_FALSE(copy);
  EXPECT_EQ(copy.error().fault, Fault::kConflict);
  EXPECT_THAT(tree(staging_.path()), IsEmpty());
}

/// Bytes that do not shrink, so that the copy is as large as its source.
std::string noise(std::size_t lines) {
  std::string out;
  std::uint64_t state = 88172645463325252ull;
  for (std::size_t i = 0; i < lines; ++i) {
    out += '"';
    for (int j = 0; j < 4; ++j) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      out += std::to_string(state);
    }
    out += "\"\n";
  }
  return out;
}

TEST_F(Compress, AFullDiskLeavesNothingBehind) {
  TempFolder disk;
  if (::mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=128k") != 0)
    GTEST_SKIP() << "mounting is not allowed here; see AFileSizeLimitLeavesNothingBehind";
  options_.staging = disk / "staging";
  put(folder_ / "a.jsonl", noise(10'000));
  const BufferFile file = scanned("a.jsonl");
  const Result<StagedCopy> full = buffer().compress(file);
  const std::vector<std::string> left = tree(disk.path());
  ::umount(disk.path().c_str());
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().fault, Fault::kDiskFull);
  EXPECT_THAT(full.error().cause, HasSubstr("No space left"));
  EXPECT_THAT(full.error().remedy, HasSubstr("free some space"));
  EXPECT_THAT(left, ElementsAre("staging/"));
  EXPECT_EQ(scanned("a.jsonl").identity, file.identity);
}

TEST_F(Compress, AFileSizeLimitLeavesNothingBehind) {
  put(folder_ / "a.jsonl", noise(10'000));
  const BufferFile file = scanned("a.jsonl");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit low{100'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  const Result<StagedCopy> full = buffer().compress(file);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().cause, HasSubstr("File too large"));
  EXPECT_THAT(tree(staging_.path()), IsEmpty());
  EXPECT_TRUE(buffer().compress(file)) << "with room again it works";
}

TEST_F(Compress, BodyIsTheFileOrItsCopy) {
  put(folder_ / "a.jsonl", text_);
  put(folder_ / "b.json.gz", gzip("1"));
  FolderBuffer buffer(options_, cache_);
  const BufferFile raw = scanned("a.jsonl"), ready = scanned("b.json.gz");
  EXPECT_EQ(buffer.body(raw).error().fault, Fault::kConflict) << "not compressed yet";
  const StagedCopy copy = *buffer.compress(raw);
  const Body staged = *buffer.body(raw), plain = *buffer.body(ready);
  EXPECT_EQ(std::get<FileSource>(staged.source).path, copy.path);
  EXPECT_EQ(staged.sha256, copy.sha256);
  EXPECT_EQ(staged.size, copy.size);
  EXPECT_EQ(std::get<FileSource>(plain.source).path, folder_ / "b.json.gz");
  EXPECT_EQ(std::get<FileSource>(plain.source).identity, ready.identity);
  EXPECT_EQ(plain.sha256, sha256_of(gzip("1")));
  put(folder_ / "b.json.gz", gzip("22"));
  EXPECT_EQ(buffer.body(ready).error().fault, Fault::kConflict);
}

TEST_F(Compress, TidyDropsCopiesWhoseSourceIsGone) {
  put(folder_ / "a.jsonl", text_);
  put(folder_ / "b.jsonl", text_ + "{}\n");
  FolderBuffer buffer(options_, cache_);
  buffer.scan(kNow);
  const StagedCopy kept = *buffer.compress(scanned("a.jsonl")), orphan = *buffer.compress(scanned("b.jsonl"));
  put(staging_ / (to_hex(kept.sha256) + ".gz.AbCdEf.tmp"), "left by a killed process", Seconds(7200));
  put(staging_ / (to_hex(kept.sha256) + ".gz.GhIjKl.tmp"), "perhaps in use", Seconds(60));
  put(staging_ / "notes.txt", "not ours");
  std::filesystem::remove(folder_ / "b.jsonl");
  ASSERT_TRUE(FolderBuffer(options_, cache_).tidy(kNow)) << "without a scan nothing is known to be orphaned";
  EXPECT_TRUE(is_there(orphan.path));
  buffer.scan(kNow);
  ASSERT_TRUE(buffer.tidy(kNow));
  EXPECT_TRUE(is_there(kept.path));
  EXPECT_FALSE(is_there(orphan.path));
  EXPECT_FALSE(is_there(staging_ / (to_hex(kept.sha256) + ".gz.AbCdEf.tmp")));
  EXPECT_TRUE(is_there(staging_ / (to_hex(kept.sha256) + ".gz.GhIjKl.tmp")));
  EXPECT_TRUE(is_there(staging_ / "notes.txt"));
}

TEST_F(Compress, TidyAfterAPartialScanKeepsEveryCopy) {
  put(folder_ / "a.jsonl", text_);
  put(folder_ / "closed/b.json", "1");
  FolderBuffer buffer(options_, cache_);
  buffer.scan(kNow);
  const StagedCopy copy = *buffer.compress(scanned("a.jsonl"));
  std::filesystem::remove(folder_ / "a.jsonl");
  ::chmod((folder_ / "closed").c_str(), 0);
  {
    const Unprivileged as_user;
    buffer.scan(kNow);
  }
  ASSERT_TRUE(buffer.tidy(kNow));
  EXPECT_TRUE(is_there(copy.path));
}

TEST_F(Compress, MemoryStaysBounded) {
  // 96 MiB through the whole of scan and compress; the peak may rise by far less than that.
  put(folder_ / "big.jsonl", repeated(repeated("{\"id\":1,\"body\":\"the same as before\"}\n", 1000), 2700));
  ASSERT_GT(std::filesystem::file_size(folder_ / "big.jsonl"), 90u << 20);
  const auto peak = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
  };
  // Reset the high-water mark (proc(5), clear_refs 5), so that the making of the file above does not count.
  if (FILE* const clear = std::fopen("/proc/self/clear_refs", "w")) {
    std::fputs("5", clear);
    std::fclose(clear);
  }
  const long before = peak();
  ASSERT_TRUE(buffer().compress(scanned("big.jsonl")));
  EXPECT_LT(peak() - before, 48) << "MiB";
}

}  // namespace
}  // namespace reconcile::buffer
