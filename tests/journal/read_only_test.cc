// The read-only journal beside every state a writer can leave behind.

#include "tests/journal/journal_fixture.h"
#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

namespace reconcile::journal {
namespace {

class ReadOnlyJournalTest : public JournalTest {
 protected:
  void fill(SqliteJournal& journal) {
    ASSERT_TRUE(journal.begin("objects/a", "put", at(1)));
    ASSERT_TRUE(journal.count_deletion(ObjectKey("k"), Bytes(9), at(1)));
    ASSERT_TRUE(journal.own_rules("b", {"rule"}));
    ASSERT_TRUE(journal.record_pass({0, at(0), at(1), "m", "p", "applied", "s"}));
    journal.remember_hash("file", {1, 2, Bytes(3), 4}, digest(5));
  }
  /// Everything `fill` wrote is seen, and nothing on disk moves.
  void expect_filled() {
    const auto before = files();
    {
      const auto journal = open_read_only();
      EXPECT_EQ(journal->open_intents().value().size(), 1u);
      EXPECT_EQ(journal->view("b", at(0)).value().deleted_bytes.get(), 9u);
      EXPECT_EQ(journal->view("b", at(0)).value().own_rules.size(), 1u);
      EXPECT_EQ(journal->passes(10).value().size(), 1u);
      EXPECT_EQ(journal->find_hash("file", {1, 2, Bytes(3), 4}), digest(5));
      journal->remember_hash("new", {}, digest(6));
      EXPECT_FALSE(journal->find_hash("new", {}));
    }
    EXPECT_EQ(files(), before);
  }
};

TEST_F(ReadOnlyJournalTest, IsEmptyWhereThereIsNoFile) {
  const auto journal = open_read_only();
  EXPECT_TRUE(journal->open_intents().value().empty());
  EXPECT_TRUE(journal->passes(10).value().empty());
  EXPECT_EQ(journal->view("b", at(0)).value().deleted_objects, 0u);
  EXPECT_FALSE(journal->find_hash("a", {}));
  EXPECT_FALSE(std::filesystem::exists(file_.parent_path()));
}

TEST_F(ReadOnlyJournalTest, ReadsAfterACleanEnd) {
  fill(*open());
  ASSERT_EQ(files().size(), 1u) << "a clean end leaves no log";
  expect_filled();
}

// The writer is another process, as it is in life: in one process SQLite would share the writer's memory.
TEST_F(ReadOnlyJournalTest, ReadsBesideARunningWriterAndAfterItIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t writer = ::fork();
  ASSERT_GE(writer, 0);
  if (writer == 0) {
    const auto journal = open();
    fill(*journal);
    if (::write(ends[1], "x", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char filled = 0;
  ::close(ends[1]);
  EXPECT_EQ(::read(ends[0], &filled, 1), 1);
  EXPECT_EQ(files().size(), 3u);
  expect_filled();
  ::kill(writer, SIGKILL);
  ASSERT_EQ(::waitpid(writer, nullptr, 0), writer);
  ::close(ends[0]);
  EXPECT_EQ(files().size(), 3u);
  expect_filled();
  std::filesystem::remove(file_.string() + "-shm");  // never synced: a power cut may lose it
  expect_filled();
  EXPECT_EQ(open()->open_intents().value().size(), 1u);
}

TEST_F(ReadOnlyJournalTest, SeesWhatAWriterCommitsMeanwhile) {
  const auto reader = open_read_only();
  const auto writer = open();
  for (std::size_t i = 1; i <= 3; ++i) {
    ASSERT_TRUE(writer->begin("objects/b", "put", at(2)));
    EXPECT_EQ(reader->open_intents().value().size(), i);
  }
}

TEST_F(ReadOnlyJournalTest, ReadsInAFolderThatCannotBeWritten) {
  fill(*open());
  ASSERT_EQ(::chmod(file_.parent_path().c_str(), 0555), 0);
  expect_filled();
  ASSERT_EQ(::chmod(file_.parent_path().c_str(), 0755), 0);
}

TEST_F(ReadOnlyJournalTest, SaysThatAFileIsDamagedAndLeavesIt) {
  fill(*open());
  std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary) << "not a database at all";
  const auto before = files();
  EXPECT_EQ(open_journal_read_only(file_).error().fault, Fault::kCorrupt);
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace reconcile::journal
