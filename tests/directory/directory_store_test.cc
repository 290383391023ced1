// What is special about a bucket in a folder; what it shares with every store is in tests/contract.

#include "tests/directory/folder_fixture.h"
#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "reconciler/directory/public_reader.h"

namespace reconcile::directory {
namespace {

using testing::ElementsAre;

TEST_F(StoreTest, LaysObjectsWhereAWebServerFindsThem) {
  put("data/2026/11/22/reddit 07.parquet", "bytes");
  EXPECT_EQ(read(root_ / "data/2026/11/22/reddit 07.parquet"), "bytes");
  struct stat status {};
  ASSERT_EQ(::stat((root_ / "data/2026/11/22/reddit 07.parquet").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0444u, 0444u & ~static_cast<unsigned>(::umask(::umask(0))));
}

TEST_F(StoreTest, ShowsFilesOfOthersAsForeignObjects) {
  write(root_ / "theirs/readme.txt", "hello");
  put("ours", "x");
  EXPECT_THAT(keys(), ElementsAre("ours", "theirs/readme.txt"));
  EXPECT_TRUE(head("theirs/readme.txt").metadata.empty());
  EXPECT_EQ(head("theirs/readme.txt").size.get(), 5u);
  EXPECT_EQ(store().get(ObjectKey("theirs/readme.txt"), Bytes(100)).value(), "hello");
}

TEST_F(StoreTest, DoesNotClaimBytesThatOthersWroteOverOurs) {
  put("k", "ours");
  write(root_ / "k", "evil");  // same size
  EXPECT_TRUE(head("k").metadata.empty());
}

TEST_F(StoreTest, KnowsItsBytesAgainAfterACopyThatLostTheTimes) {
  put("k", "ours");
  std::filesystem::copy(root_, home_ / "copy", std::filesystem::copy_options::recursive);
  DirectoryStore copy({.root = home_ / "copy"});
  EXPECT_EQ(copy.head(ObjectKey("k")).value()->metadata, ours("ours").metadata);
}

TEST_F(StoreTest, KeepsTheOldMetadataWhenAReplacementDiesHalfWay) {
  put("k", "old");
  std::filesystem::create_hard_link(root_ / "k", home_ / "old");
  put("k", "new!");
  EXPECT_EQ(head("k").metadata, ours("new!").metadata);
  // The metadata file was written, then the crash: the object's rename never happened.
  std::filesystem::rename(home_ / "old", root_ / "k");
  EXPECT_EQ(head("k").metadata, ours("old").metadata);
  // The same where old and new look alike from outside.
  std::filesystem::create_hard_link(root_ / "k", home_ / "old");
  put("k", "odd");
  std::filesystem::last_write_time(root_ / "k", std::filesystem::last_write_time(home_ / "old"));
  EXPECT_EQ(head("k").metadata, ours("odd").metadata);
}

TEST_F(StoreTest, SaysThatAMetadataFileIsDamaged) {
  put("k", "x");
  write(root_ / ".reconcile/metadata/k.json", "{\"objects\":[{\"size\":");
  const Result<std::optional<ObjectHead>> damaged = store().head(ObjectKey("k"));
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().fault, Fault::kCorrupt);
  EXPECT_THAT(damaged.error().cause, testing::HasSubstr("k.json"));
  put("k", "y");  // replacing the object replaces its metadata
  EXPECT_EQ(head("k").metadata, ours("y").metadata);
}

TEST_F(StoreTest, NeverFollowsSymbolicLinks) {
  write(home_ / "secret/file", "secret");
  std::filesystem::create_symlink(home_ / "secret", root_ / "folder");
  std::filesystem::create_symlink(home_ / "secret/file", root_ / "file");
  EXPECT_THAT(keys(), ElementsAre());
  EXPECT_FALSE(store().head(ObjectKey("file")).value());
  EXPECT_FALSE(store().head(ObjectKey("folder/file")).value());
  EXPECT_FALSE(store().get(ObjectKey("folder/file"), Bytes(100)));
  put("folder/file", "mine");
  put("file", "mine too");
  EXPECT_TRUE(store().remove(ObjectKey("folder/other")));
  EXPECT_EQ(read(home_ / "secret/file"), "secret");
  EXPECT_THAT(keys(), ElementsAre("file", "folder/file"));
  EXPECT_EQ(store().get(ObjectKey("folder/file"), Bytes(100)).value(), "mine");
  EXPECT_TRUE(store().remove(ObjectKey("file")));
  EXPECT_TRUE(std::filesystem::is_symlink(root_ / "file"));
}

TEST_F(StoreTest, NeverEscapesTheRoot) {
  put("../outside", "x");
  put("a/../../outside", "y");
  EXPECT_FALSE(std::filesystem::exists(home_ / "outside"));
  EXPECT_THAT(keys(), ElementsAre("../outside", "a/../../outside"));
  put(".reconcile/bucket.json", "z");
  EXPECT_EQ(read(root_ / ".reconcile/bucket.json"), "{\"format\":1}\n");
}

TEST_F(StoreTest, IgnoresFilesWhosePathIsNoKey) {
  write(root_ / "%x", "not an escape");
  write(root_ / "%aside/odd name", "not ours");
  write(root_ / "\xff", "not UTF-8");
  ASSERT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(keys(), ElementsAre());
}

TEST_F(StoreTest, RemovesEmptiedFoldersAndMetadata) {
  const std::set<std::string> before = tree(root_);
  put("a/b/c", "x");
  put("a/d", "y");
  put("a", "z");  // aside: the folder is in the way
  ASSERT_TRUE(store().remove(ObjectKey("a/b/c")));
  EXPECT_FALSE(std::filesystem::exists(root_ / "a/b"));
  EXPECT_TRUE(std::filesystem::exists(root_ / "a"));
  ASSERT_TRUE(store().remove(ObjectKey("a/d")));
  ASSERT_TRUE(store().remove(ObjectKey("a")));
  std::set<std::string> after = tree(root_);
  for (const char* own : {".reconcile/tmp", ".reconcile/lock"}) after.erase(own);
  EXPECT_EQ(after, before);
}

TEST_F(StoreTest, KeepsAnObjectWhereItsAddressPointsWhenAnotherNeedsItsPath) {
  put("a", "first");
  const std::string url = store().public_url(ObjectKey("a"));
  put("a/b", "second");
  EXPECT_EQ(store().public_url(ObjectKey("a")), url);
  FilePublicReader reader(root_);
  EXPECT_EQ(reader.fetch(url, Bytes(100)).value(), "first");
  EXPECT_EQ(reader.fetch(store().public_url(ObjectKey("a/b")), Bytes(100)).value(), "second");
}

TEST_F(StoreTest, IsReadAnonymouslyByItsFileAddresses) {
  FilePublicReader reader(root_);
  for (const std::string key : {"data/x y.json", "a//b", "..", "%41", "ü", "#?"}) {
    put(key, key);
    EXPECT_EQ(reader.fetch(store().public_url(ObjectKey(key)), Bytes(100)).value(), key);
  }
  const auto fault = [&](const std::string& url, std::uint64_t bytes_max) {
    return reader.fetch(url, Bytes(bytes_max)).error().fault;
  };
  const std::string base = "file://" + root_.string();
  EXPECT_EQ(fault(base + "/missing", 100), Fault::kNotFound);
  EXPECT_EQ(fault(base + "/data/x%20y.json", 3), Fault::kInvalidInput);
  EXPECT_EQ(fault(base + "/../bucket/data/x%20y.json", 100), Fault::kInvalidInput);
  EXPECT_EQ(fault(base + "/.reconcile/bucket.json", 100), Fault::kInvalidInput);
  EXPECT_EQ(fault("file:///etc/passwd", 100), Fault::kInvalidInput);
  EXPECT_EQ(fault("https://example.org/x", 100), Fault::kInvalidInput);
}

TEST_F(StoreTest, EncodesThePublicAddress) {
  const DirectoryStore served({.root = root_, .public_url = "https://data.example.org/b/"});
  EXPECT_EQ(served.public_url(ObjectKey("data/ü +%.json")),
            "https://data.example.org/b/data/%C3%BC%20%2B%25.json");
}

TEST_F(StoreTest, LeavesNothingVisibleWhenTheDiskIsFull) {
  put("k", "before");
  const std::set<std::string> before = tree(root_);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{100'000, limit.rlim_max};  // a file may not grow further: write fails half-way
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string big(1'000'000, 'b');
  const Result<PutReceipt> over = store().put(ObjectKey("k"), body_of(big), ours(big));
  const Result<PutReceipt> fresh = store().put(ObjectKey("new/folder/x"), body_of(big), ours(big));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  ASSERT_FALSE(over);
  ASSERT_FALSE(fresh);
  EXPECT_EQ(over.error().fault, Fault::kInternal);
  EXPECT_FALSE(over.error().remedy.empty());
  EXPECT_EQ(tree(root_), before);
  EXPECT_EQ(head("k").metadata, ours("before").metadata);
}

TEST_F(StoreTest, SweepsWhatKilledWritersLeft) {
  put("k", "x");
  const Path dead = root_ / ".reconcile/tmp/dead", fresh = root_ / ".reconcile/tmp/fresh";
  const Path held = root_ / ".reconcile/tmp/held";
  for (const Path& path : {dead, fresh, held}) write(path, "half");
  const timespec old[2] = {{1, 0}, {1, 0}};
  for (const Path& path : {dead, held}) ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), old, 0), 0);
  const Descriptor writer(::open(held.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::flock(writer.get(), LOCK_SH), 0);
  DirectoryStore another({.root = root_});
  ASSERT_TRUE(another.put(ObjectKey("l"), body_of("y"), {}));
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_TRUE(std::filesystem::exists(fresh));
  EXPECT_TRUE(std::filesystem::exists(held));
}

TEST_F(FolderTest, ReadsWithoutMakingAnything) {
  DirectoryReader missing({.root = root_});
  EXPECT_FALSE(missing.bucket_exists().value());
  EXPECT_EQ(missing.list("", "", [](auto&&) { return true; }).error().fault, Fault::kNotFound);
  EXPECT_EQ(missing.public_url(ObjectKey("k")), "file://" + root_.string() + "/k");
  EXPECT_FALSE(std::filesystem::exists(root_));
  std::filesystem::create_directories(root_);
  EXPECT_FALSE(missing.bucket_exists().value()) << "a folder without the marker is no bucket";
  EXPECT_EQ(missing.lifecycle().error().fault, Fault::kNotFound);
  EXPECT_TRUE(tree(root_).empty());
  write(home_ / "file", "x");
  EXPECT_EQ(DirectoryReader({.root = home_ / "file"}).bucket_exists().error().fault, Fault::kInvalidInput);
}

TEST_F(StoreTest, SaysWhatIsWrongWithAnEditedLifecycleDocument) {
  const Path file = root_ / ".reconcile/lifecycle.json";
  write(file, R"({"rules":[{"id":"b","prefix":"x/","expireAfterDays":3},
                           {"id":"a","enabled":false,"expireAfterDays":"soon"}]})");
  const LifecycleDocument document = store().lifecycle().value();
  ASSERT_EQ(document.rules.size(), 2u);
  EXPECT_EQ(document.rules[0].rule.id, "a");
  EXPECT_FALSE(document.rules[0].understood);
  EXPECT_FALSE(document.rules[0].enabled);
  EXPECT_EQ(document.rules[1].rule, (LifecycleRule{"b", "x/", Seconds(3 * 86400), std::nullopt}));
  for (const char* damaged : {"", "[]", "{\"rules\":{}}", "{\"rules\":[{\"prefix\":\"x\"}]}"}) {
    write(file, damaged);
    EXPECT_EQ(store().lifecycle().error().fault, Fault::kCorrupt) << damaged;
  }
}

TEST_F(StoreTest, ShowsReadersTheOldOrTheNewWhileItIsReplaced) {
  put("k", "0");
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i < 60; ++i) put("k", std::string(static_cast<std::size_t>(i % 7), 'x'));
    done = true;
  });
  while (!done) {
    const Result<std::optional<ObjectHead>> seen = store().head(ObjectKey("k"));
    ASSERT_TRUE(seen && *seen) << "the object vanished";
    const auto size = (*seen)->metadata.find("size_bytes");
    if (size == (*seen)->metadata.end()) ADD_FAILURE() << "metadata vanished";
    if (size == (*seen)->metadata.end()) break;
    EXPECT_EQ(size->second, std::to_string((*seen)->size.get()));
  }
  writer.join();
}

}  // namespace
}  // namespace reconcile::directory
