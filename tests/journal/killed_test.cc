// kill -9 at random moments: whatever a call had promised before is still there.

#include "tests/journal/journal_fixture.h"
#include <csignal>
#include <cstring>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace reconcile::journal {
namespace {

/// What the child says after the journal has promised it.
struct Promise {
  enum class Kind : std::int64_t { kBegun, kFinished, kCounted } kind;
  std::int64_t id;
};

/// Works until it is killed. Never returns to gtest.
[[noreturn]] void work(const Path& file, int pipe, Instant now) {
  const Result<std::unique_ptr<SqliteJournal>> journal = open_journal(file);
  if (!journal) ::_exit(1);
  const auto promise = [&](Promise::Kind kind, std::int64_t id) {
    const Promise made{kind, id};
    if (::write(pipe, &made, sizeof made) != sizeof made) ::_exit(2);
  };
  for (;;) {
    const Result<std::int64_t> kept = (*journal)->begin("objects/kept", "put", now);
    if (!kept) ::_exit(3);
    promise(Promise::Kind::kBegun, *kept);
    const Result<std::int64_t> closed = (*journal)->begin("objects/closed", "put", now);
    if (!closed) ::_exit(4);
    promise(Promise::Kind::kBegun, *closed);
    if (!(*journal)->count_deletion(ObjectKey("k"), Bytes(1), now)) ::_exit(5);
    promise(Promise::Kind::kCounted, 0);
    (*journal)->remember_hash("file", {}, Sha256());
    if (!(*journal)->finish(*closed, "done", now)) ::_exit(6);
    promise(Promise::Kind::kFinished, *closed);
  }
}

TEST_F(JournalTest, KeepsEveryPromiseThroughKills) {
  std::mt19937 random(20261122);
  std::set<std::int64_t> open_ids, finished;
  std::uint64_t counted = 0;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      work(file_, ends[1], at(round));
    }
    ::close(ends[1]);
    // Killed after a random number of promises, at whatever it is doing then.
    const int promises = std::uniform_int_distribution<int>(1, 30)(random);
    Promise made{};
    int heard = 0;
    while (::read(ends[0], &made, sizeof made) == sizeof made) {
      if (made.kind == Promise::Kind::kBegun) open_ids.insert(made.id);
      if (made.kind == Promise::Kind::kFinished) finished.insert(made.id);
      if (made.kind == Promise::Kind::kCounted) ++counted;
      if (++heard == promises) ::kill(child, SIGKILL);  // reads on to the end of the pipe
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child failed: " << WEXITSTATUS(status);

    const auto journal = open();
    ASSERT_TRUE(journal->warnings().empty()) << journal->warnings()[0];
    std::set<std::int64_t> found;
    const std::vector<Intent> intents = journal->open_intents().value();
    for (const Intent& intent : intents) found.insert(intent.id);
    for (const std::int64_t id : finished)
      EXPECT_FALSE(found.contains(id)) << "finished " << id << " is open";
    for (const std::int64_t id : open_ids) {
      // The very last one may have been finished by the killed child without its saying so.
      const bool sure = !finished.contains(id) && id != *open_ids.rbegin();
      EXPECT_TRUE(found.contains(id) || !sure) << id << " is lost";
    }
    EXPECT_GE(journal->view("b", at(-1)).value().deleted_objects, counted);
    for (const std::int64_t id : found) open_ids.insert(id);
    std::erase_if(open_ids, [&](std::int64_t id) { return !found.contains(id); });
  }
  EXPECT_GT(counted, 10u);
}

}  // namespace
}  // namespace reconcile::journal
