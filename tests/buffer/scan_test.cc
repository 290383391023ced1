#include "tests/buffer/support.h"
#include <fcntl.h>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/buffer/examine.h"
#include "reconciler/buffer/folder_reader.h"

namespace reconcile::buffer {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using State = BufferFile::State;

std::vector<std::string> names_of(const std::vector<BufferFile>& files) {
  std::vector<std::string> out;
  for (const BufferFile& file : files) out.push_back(file.name);
  return out;
}

class Scan : public testing::Test {
 protected:
  Observation<BufferScan> scan(Instant now = kNow) { return FolderReader(options_, cache_).scan(now); }

  TempFolder folder_;
  MemoryCache cache_;
  BufferOptions options_ = options_for(folder_.path());
};

TEST_F(Scan, AMissingFolderIsNotAnEmptyOne) {
  EXPECT_TRUE(files_of(scan()).empty());
  options_.path = folder_ / "absent";
  const auto missing = scan();
  ASSERT_TRUE(std::holds_alternative<Unreadable>(missing));
  EXPECT_EQ(why_not(missing)->fault, Fault::kNotFound);
  EXPECT_THAT(why_not(missing)->remedy, HasSubstr("mount"));
  put(folder_ / "file", "x");
  options_.path = folder_ / "file";
  EXPECT_TRUE(std::holds_alternative<Unreadable>(scan()));
}

TEST_F(Scan, AFolderThatMayNotBeReadIsDenied) {
  ::chmod(folder_.path().c_str(), 0);
  const Unprivileged as_user;
  const auto denied = scan();
  ASSERT_TRUE(std::holds_alternative<Unreadable>(denied));
  EXPECT_EQ(why_not(denied)->fault, Fault::kDenied);
}

TEST_F(Scan, ReadyFilesCarryHashAndContainer) {
  put(folder_ / "r.parquet", sample(kRedditParquet));
  put(folder_ / "a.json.gz", gzip("[1]"));
  put(folder_ / "l.jsonl", "{\"a\":1}\n");
  const auto seen = scan();
  EXPECT_THAT(names_of(files_of(seen)), ElementsAre("a.json.gz", "l.jsonl", "r.parquet"));
  const BufferFile parquet = only(seen, "r.parquet");
  EXPECT_EQ(parquet.state, State::kReady);
  EXPECT_EQ(parquet.sha256, sha256_of(sample(kRedditParquet)));
  EXPECT_EQ(parquet.container.rows, 600u);
  EXPECT_EQ(parquet.identity.size, Bytes(66182));
  EXPECT_EQ(modified_at(parquet), kNow - Seconds(3600));
  EXPECT_FALSE(parquet.compress);
  EXPECT_EQ(only(seen, "a.json.gz").container.kind, Container::kGzip);
  EXPECT_TRUE(only(seen, "l.jsonl").compress);
  EXPECT_EQ(only(seen, "l.jsonl").container.kind, Container::kJsonLines);
}

TEST_F(Scan, OddNamesComeBackExactly) {
  const std::string longest = std::string(247, 'n') + ".parquet";
  std::vector<std::string> odd{"a b.parquet",        "déjà vu 🙂.parquet",
                               "x+y=z&w%41.parquet", "%2F..parquet",
                               "{yyyy}.parquet",     "-rf.parquet",
                               "'\"$`\\.parquet",    longest,
                               "e\xcc\x81.parquet"};
  for (const std::string& name : odd) put(folder_ / name, sample("tests/buffer/data/nested.parquet"));
  const auto seen = scan();
  std::sort(odd.begin(), odd.end());
  EXPECT_EQ(names_of(files_of(seen)), odd);
  for (const BufferFile& file : files_of(seen))
    EXPECT_EQ(file.state, State::kReady) << file.name << file.reason;
}

TEST_F(Scan, SubFoldersAreWalkedAndSortedByBytes) {
  for (const char* name : {"b/x.json", "a.json", "a/x.json", "a-b.json", "B.json"}) put(folder_ / name, "1");
  put(folder_ / "a/readme.txt", "no pattern speaks of it");
  EXPECT_THAT(names_of(files_of(scan())),
              ElementsAre("B.json", "a-b.json", "a.json", "a/x.json", "b/x.json"));
}

TEST_F(Scan, YoungFilesWait) {
  put(folder_ / "young.json", "1", Seconds(29));
  put(folder_ / "old.json", "1", Seconds(30));
  put(folder_ / "future.json", "1", Seconds(-3600));
  const auto seen = scan();
  EXPECT_EQ(only(seen, "young.json").state, State::kWaiting);
  EXPECT_EQ(only(seen, "young.json").reason, "changed 29s ago, settles after 30s");
  EXPECT_EQ(only(seen, "old.json").state, State::kReady);
  EXPECT_EQ(only(seen, "future.json").state, State::kWaiting);
  EXPECT_THAT(only(seen, "future.json").reason, HasSubstr("clock"));
}

TEST_F(Scan, TemporaryNamesWait) {
  put(folder_ / "a.parquet.tmp", "half");
  put(folder_ / ".b.parquet", "half");
  put(folder_ / ".cache/c.parquet", "half");
  put(folder_ / "d.csv.part", "of no interest");
  const auto seen = scan();
  EXPECT_THAT(names_of(files_of(seen)), ElementsAre(".b.parquet", ".cache/c.parquet", "a.parquet.tmp"));
  for (const BufferFile& file : files_of(seen)) {
    EXPECT_EQ(file.state, State::kWaiting);
    EXPECT_THAT(file.reason, HasSubstr("temporary name"));
  }
}

TEST_F(Scan, OwnFoldersAreSilentlyPassedOver) {
  for (const char* name : {".reconcile/staging/x.json", ".reconcile-old/x.json", ".trash/t/x.json",
                           ".quarantine/x.json", "bad/x.json", "a.json"})
    put(folder_ / name, "1");
  options_.quarantine = folder_ / "bad";
  EXPECT_THAT(names_of(files_of(scan())), ElementsAre("a.json"));
}

TEST_F(Scan, WhatIsNotAFileIsNeverOpened) {
  put(folder_ / "real/inside.json", "1");
  std::filesystem::create_symlink("/etc/passwd", folder_ / "outside.json");
  std::filesystem::create_symlink("real/inside.json", folder_ / "inside.json");
  std::filesystem::create_symlink("nowhere", folder_ / "dangling.json");
  std::filesystem::create_symlink("/etc", folder_ / "etc");
  std::filesystem::create_symlink("/etc/passwd", folder_ / "unrelated.txt");
  ASSERT_EQ(::mkfifo((folder_ / "fifo.json").c_str(), 0644), 0);  // opening it for reading would hang
  const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (folder_ / "socket.json").string();
  ASSERT_LT(path.size(), sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto seen = scan();
  ::close(server);
  EXPECT_THAT(names_of(files_of(seen)), ElementsAre("dangling.json", "etc", "fifo.json", "inside.json",
                                                    "outside.json", "real/inside.json", "socket.json"));
  for (const char* name : {"dangling.json", "inside.json", "outside.json"}) {
    EXPECT_EQ(only(seen, name).state, State::kRefused);
    EXPECT_EQ(only(seen, name).reason, "a symbolic link: not followed");
  }
  EXPECT_EQ(only(seen, "etc").reason, "a symbolic link to a folder: not followed");
  EXPECT_EQ(only(seen, "fifo.json").reason, "a FIFO, not a file");
  EXPECT_EQ(only(seen, "socket.json").reason, "a socket, not a file");
  EXPECT_EQ(only(seen, "real/inside.json").state, State::kReady);
}

TEST_F(Scan, ALinkInPlaceOfTheBufferItselfIsTheOperatorsWish) {
  put(folder_ / "real/a.json", "1");
  std::filesystem::create_symlink("real", folder_ / "link");
  options_.path = folder_ / "link";
  EXPECT_THAT(names_of(files_of(scan())), ElementsAre("a.json"));
}

TEST_F(Scan, NamesThatCannotBeKeysAreRefused) {
  put(folder_ / "bad\xff.json", "1");
  put(folder_ / "line\nbreak.json", "1");
  put(folder_ / "folder\xff/x.json", "1");
  put(folder_ / "bad\xff.txt", "of no interest");
  const auto seen = scan();
  EXPECT_EQ(files_of(seen).size(), 3u);
  for (const BufferFile& file : files_of(seen)) EXPECT_EQ(file.state, State::kRefused);
  EXPECT_EQ(only(seen, "bad\xff.json").reason, "its name is not UTF-8");
  EXPECT_EQ(only(seen, "line\nbreak.json").reason, "its name has control characters");
  EXPECT_EQ(only(seen, "folder\xff").reason, "a folder that is not entered: its name is not UTF-8");
}

TEST_F(Scan, DamagedFilesAreInvalidWithAReason) {
  put(folder_ / "empty.json", "");
  put(folder_ / "cut.json.gz", gzip(repeated("a line\n", 1000)).substr(0, 40));
  put(folder_ / "cut.jsonl", "{\"a\":1}\n{\"a\"");
  put(folder_ / "cut.json", "[1, 2");
  put(folder_ / "cut.parquet", sample(kXParquet).substr(0, 50'000));
  put(folder_ / "inside.jsonl.gz", gzip("{\"a\":1}\n{\"a\""));
  const auto seen = scan();
  for (const BufferFile& file : files_of(seen)) EXPECT_EQ(file.state, State::kInvalid) << file.name;
  EXPECT_EQ(only(seen, "empty.json").reason, "empty file");
  EXPECT_EQ(only(seen, "cut.json.gz").reason, "truncated gzip at byte 40");
  EXPECT_EQ(only(seen, "cut.json").reason, "truncated JSON at byte 5");
  EXPECT_EQ(only(seen, "cut.parquet").reason, "Parquet without its footer: it does not end with PAR1");
  EXPECT_THAT(only(seen, "inside.jsonl.gz").reason, HasSubstr("inside: the last line"));
  EXPECT_EQ(cache_.size(), 0u) << "only what is whole is remembered";
}

TEST_F(Scan, OtherNamesAreAcceptedAsTheyAre) {
  options_.include = {"*.csv"};
  put(folder_ / "a.csv", "not,really\nlooked at");
  EXPECT_EQ(only(scan(), "a.csv").state, State::kReady);
  EXPECT_EQ(only(scan(), "a.csv").container.kind, Container::kOther);
}

TEST_F(Scan, UnreadableFilesMakeItPartialAndTheOthersStay) {
  put(folder_ / "a.json", "1");
  put(folder_ / "b.json", "1");
  put(folder_ / "closed/c.json", "1");
  ::chmod((folder_ / "a.json").c_str(), 0);
  ::chmod((folder_ / "closed").c_str(), 0);
  const Unprivileged as_user;
  const auto seen = scan();
  ASSERT_TRUE(std::holds_alternative<Partial<BufferScan>>(seen));
  EXPECT_EQ(why_not(seen)->fault, Fault::kDenied);
  EXPECT_THAT(names_of(if_any(seen)->files), ElementsAre("a.json", "b.json"));
  EXPECT_EQ(only(seen, "a.json").state, State::kWaiting);
  EXPECT_THAT(only(seen, "a.json").reason, HasSubstr("Permission denied"));
  EXPECT_EQ(only(seen, "b.json").state, State::kReady);
}

TEST_F(Scan, RawFileWaitsBesideItsOwnCompressedForm) {
  put(folder_ / "x.json", "1");
  put(folder_ / "x.json.gz", gzip("1"), Seconds(1));  // gzip(1) is still at it
  put(folder_ / "y.json", "1");
  put(folder_ / "y.json.gz", "damaged");
  const auto seen = scan();
  EXPECT_EQ(only(seen, "x.json").state, State::kWaiting);
  EXPECT_THAT(only(seen, "x.json").reason, HasSubstr("x.json.gz is there too"));
  EXPECT_EQ(only(seen, "y.json").state, State::kReady) << "a damaged namesake will never be that object";
}

TEST_F(Scan, KnownFilesAreNotReadAgain) {
  put(folder_ / "a.json", "[1]");
  put(folder_ / "p.parquet", sample(kXParquet));
  const auto first = files_of(scan());
  ASSERT_TRUE(cache_.knows("a.json"));
  // Change the bytes and put the time back: only a read could tell.
  put(folder_ / "a.json", "[2]");
  ::chmod((folder_ / "a.json").c_str(), 0);
  const Unprivileged as_user;
  const auto second = scan();
  EXPECT_EQ(only(second, "a.json").sha256, first.at(0).sha256);
  EXPECT_EQ(only(second, "p.parquet").container, first.at(1).container)
      << "rows must not depend on the cache";
}

// A pass looks three times: what has not changed is opened the first time only, rows and all.
TEST_F(Scan, AReaderOpensAnUnchangedFileOnce) {
  FolderReader reader(options_, cache_);
  put(folder_ / "a.json", "[1]");
  put(folder_ / "p.parquet", sample(kXParquet));
  const auto first = files_of(reader.scan(kNow));
  cache_.clear();
  ::chmod((folder_ / "a.json").c_str(), 0);
  ::chmod((folder_ / "p.parquet").c_str(), 0);
  const Unprivileged as_user;
  const auto second = files_of(reader.scan(kNow));
  ASSERT_EQ(second.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(second[i].state, State::kReady);
    EXPECT_EQ(second[i].sha256, first[i].sha256);
    EXPECT_EQ(second[i].container, first[i].container);
  }
  EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(Scan, AReaderOpensAChangedFileAgain) {
  FolderReader reader(options_, cache_);
  put(folder_ / "a.json", "[1]");
  const auto first = files_of(reader.scan(kNow));
  put(folder_ / "a.json", "[2]", Seconds(3000));
  EXPECT_NE(files_of(reader.scan(kNow)).at(0).sha256, first.at(0).sha256);
}

TEST_F(Scan, ChangedFilesAreReadAgain) {
  put(folder_ / "a.json", "[1]");
  const Sha256 first = only(scan(), "a.json").sha256;
  put(folder_ / "a.json", "[2]", Seconds(3000));
  EXPECT_NE(only(scan(), "a.json").sha256, first);
}

TEST_F(Scan, HashesOfVeryYoungFilesAreNotRemembered) {
  options_.settle = Seconds(0);
  put(folder_ / "a.json", "[1]", Seconds(1));
  EXPECT_EQ(only(scan(), "a.json").state, State::kReady);
  EXPECT_FALSE(cache_.knows("a.json"));
}

TEST_F(Scan, VerdictsOnDamagedFilesAreKeptUntilTheFileChanges) {
  FolderReader reader(options_, cache_);
  put(folder_ / "a.json", "[1");
  EXPECT_EQ(only(reader.scan(kNow), "a.json").state, State::kInvalid);
  ::chmod((folder_ / "a.json").c_str(), 0);
  {
    const Unprivileged as_user;
    EXPECT_EQ(only(reader.scan(kNow), "a.json").reason, "truncated JSON at byte 2") << "from memory";
  }
  std::filesystem::remove(folder_ / "a.json");
  put(folder_ / "a.json", "[1]", Seconds(1800));
  EXPECT_EQ(only(reader.scan(kNow), "a.json").state, State::kReady);
}

class Reading : public testing::Test {
 protected:
  void SetUp() override {
    put(path_, repeated("{\"a\":1}\n", 40'000));
    file_ = Descriptor(::open(path_.c_str(), O_RDONLY));
    struct stat status {};
    ASSERT_EQ(::fstat(file_.get(), &status), 0);
    identity_ = identity_of(status);
  }
  TempFolder folder_;
  Path path_ = folder_ / "a.jsonl";
  Descriptor file_;
  FileIdentity identity_;
};

TEST_F(Reading, AFileThatGrowsMeanwhileIsNoticed) {
  bool grown = false;
  const Result<void> read =
      read_through(file_.get(), "a.jsonl", identity_.size, [&](ByteView) -> Result<void> {
        if (!grown) std::filesystem::resize_file(path_, identity_.size.get() + 1'000'000);
        grown = true;
        return {};
      });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, Fault::kConflict);
  EXPECT_THAT(read.error().cause, HasSubstr("changed while it was read"));
}

TEST_F(Reading, AFileThatShrinksMeanwhileIsNoticed) {
  bool cut = false;
  const Result<void> read =
      read_through(file_.get(), "a.jsonl", identity_.size, [&](ByteView) -> Result<void> {
        if (!cut) std::filesystem::resize_file(path_, 10);
        cut = true;
        return {};
      });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, Fault::kConflict);
}

TEST_F(Reading, AFileTouchedAfterwardsIsNoticed) {
  EXPECT_TRUE(check_unchanged(file_.get(), "a.jsonl", identity_));
  set_age(path_, Seconds(5));
  const Result<void> unchanged = check_unchanged(file_.get(), "a.jsonl", identity_);
  ASSERT_FALSE(unchanged);
  EXPECT_EQ(unchanged.error().fault, Fault::kConflict);
}

TEST_F(Reading, AnotherFileUnderTheNameIsNotRead) {
  put(folder_ / "other", repeated("{\"a\":1}\n", 40'000));
  std::filesystem::rename(folder_ / "other", path_);
  const Descriptor root(::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY));
  const Result<Examined> seen = examine(root.get(), "a.jsonl", identity_, std::nullopt);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().fault, Fault::kConflict);
}

TEST_F(Reading, NamesOutsideOfTheBufferAreRefused) {
  const Descriptor root(::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY));
  for (const char* name : {"../x", "a/../../x", "/etc/passwd", "", ".", "a//b", "a/"}) {
    const Result<Place> place = locate(root.get(), name);
    ASSERT_FALSE(place) << name;
    EXPECT_TRUE(place.error().fault == Fault::kInvalidInput || place.error().fault == Fault::kNotFound)
        << name;
  }
}

}  // namespace
}  // namespace reconcile::buffer
