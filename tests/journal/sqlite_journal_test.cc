#include "reconciler/journal/sqlite_journal.h"

#include "tests/journal/journal_fixture.h"
#include <thread>

#include <gmock/gmock.h>
#include <sqlite3.h>

namespace reconcile::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void execute(const Path& file, const std::string& sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

TEST_F(JournalTest, RemembersManyHashesAtOnce) {
  const auto journal = open();
  std::vector<HashedFile> files;
  for (std::uint8_t i = 0; i < 100; ++i)
    files.push_back({"f" + std::to_string(i), {1, i, Bytes(3), 4}, digest(i)});
  journal->remember_hashes(files);
  for (const HashedFile& file : files) EXPECT_EQ(open()->find_hash(file.name, file.identity), file.sha256);
}

TEST_F(JournalTest, RemembersHashesByTheWholeIdentity) {
  const FileIdentity identity{~0ull, 1ull << 63, Bytes(5), -7};
  const auto journal = open();
  journal->remember_hash("a", identity, digest(1));
  EXPECT_EQ(journal->find_hash("a", identity), digest(1));
  EXPECT_FALSE(journal->find_hash("b", identity));
  for (const FileIdentity& other :
       {FileIdentity{1, 1ull << 63, Bytes(5), -7}, FileIdentity{~0ull, 1, Bytes(5), -7},
        FileIdentity{~0ull, 1ull << 63, Bytes(6), -7}, FileIdentity{~0ull, 1ull << 63, Bytes(5), -8}})
    EXPECT_FALSE(journal->find_hash("a", other));
  journal->remember_hash("a", identity, digest(2));
  EXPECT_EQ(open()->find_hash("a", identity), digest(2));
}

TEST_F(JournalTest, TakesTextAsTextNeverAsSql) {
  const std::string name = std::string("x'); DROP TABLE intents; --\n\"") + '\0' + "z";
  const auto journal = open();
  journal->remember_hash(name, {}, digest(3));
  EXPECT_EQ(journal->find_hash(name, {}), digest(3));
  ASSERT_TRUE(journal->begin(name, "?1", at(0)));
  EXPECT_EQ(journal->open_intents().value().at(0).address, name);
}

TEST_F(JournalTest, ShowsOpenIntentsUntilTheyAreFinished) {
  const std::int64_t one = open()->begin("objects/a", "put", at(1)).value();
  const auto journal = open();
  const std::int64_t two = journal->begin("chain/commitment", "commit", at(2)).value();
  EXPECT_THAT(journal->open_intents().value(), ElementsAre(Intent{one, "objects/a", "put", at(1)},
                                                           Intent{two, "chain/commitment", "commit", at(2)}));
  ASSERT_TRUE(journal->finish(one, "done", at(3)));
  EXPECT_THAT(journal->open_intents().value(), ElementsAre(Intent{two, "chain/commitment", "commit", at(2)}));
  EXPECT_TRUE(journal->finish(one, "done", at(4)));
  EXPECT_EQ(journal->finish(99, "done", at(4)).error().fault, Fault::kNotFound);
}

TEST_F(JournalTest, CountsDeletionsInsideTheWindow) {
  const auto journal = open();
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(journal->count_deletion(ObjectKey("same key"), Bytes(10u + static_cast<unsigned>(i)), at(i)));
  const JournalView view = journal->view("b", at(2)).value();
  EXPECT_EQ(view.deleted_objects, 3u) << "at the beginning of the window counts";
  EXPECT_EQ(view.deleted_bytes.get(), 12u + 13u + 14u);
  EXPECT_EQ(journal->view("b", at(5)).value().deleted_objects, 0u);
}

TEST_F(JournalTest, KeepsOwnRulesByBucket) {
  const auto journal = open();
  ASSERT_TRUE(journal->own_rules("r2://a", {"one", "two"}));
  ASSERT_TRUE(journal->own_rules("r2://b", {"three"}));
  ASSERT_TRUE(journal->own_rules("r2://a", {"two", "four"}));
  EXPECT_EQ(journal->view("r2://a", at(0)).value().own_rules, (std::set<std::string>{"two", "four"}));
  EXPECT_EQ(journal->view("r2://b", at(0)).value().own_rules, (std::set<std::string>{"three"}));
  EXPECT_TRUE(journal->view("r2://new", at(0)).value().own_rules.empty());
}

TEST_F(JournalTest, KeepsPatternsThatProtectAndMarkedBuffersPerBucket) {
  auto journal = open();
  ASSERT_TRUE(journal->protect("r2://a", {"data/**", "x"}));
  ASSERT_TRUE(journal->protect("r2://a", {"data/**"}));
  ASSERT_TRUE(journal->marked_buffer("r2://a", "/one"));
  ASSERT_TRUE(journal->marked_buffer("r2://a", "/one"));
  ASSERT_TRUE(journal->marked_buffer("r2://a", "/two"));
  const JournalView view = journal->view("r2://a", at(0)).value();
  EXPECT_EQ(view.protect, (std::set<std::string>{"data/**"}));
  EXPECT_EQ(view.marked_buffers, (std::set<std::string>{"/one", "/two"}));
  EXPECT_TRUE(journal->view("r2://b", at(0)).value().protect.empty());
}

TEST_F(JournalTest, KeepsTheNewestThousandPasses) {
  const auto journal = open();
  for (int i = 0; i < 1005; ++i)
    ASSERT_TRUE(journal->record_pass({0, at(i), at(i + 1), "m", "p", "converged", std::to_string(i)}));
  const std::vector<PassRecord> passes = journal->passes(5000).value();
  ASSERT_EQ(passes.size(), 1000u);
  EXPECT_EQ(passes.front().summary, "1004");
  EXPECT_EQ(passes.back().summary, "5");
  EXPECT_EQ(passes.front().started, at(1004));
  EXPECT_EQ(passes.front().outcome, "converged");
  EXPECT_EQ(journal->passes(2).value().size(), 2u);
}

TEST_F(JournalTest, ForgetsDeletionsOnlyFarOutsideAnyWindow) {
  const auto journal = open();
  constexpr std::int64_t kDay = 86400;
  ASSERT_TRUE(journal->count_deletion(ObjectKey("k"), Bytes(1), at(-401 * kDay)));
  ASSERT_TRUE(journal->count_deletion(ObjectKey("k"), Bytes(1), at(-399 * kDay)));
  ASSERT_TRUE(journal->record_pass({0, at(0), at(0), "", "", "applied", ""}));
  EXPECT_EQ(journal->view("b", at(-1000 * kDay)).value().deleted_objects, 1u);
}

TEST_F(JournalTest, RemembersUploadsPartByPart) {
  const ObjectKey key("data/big");
  UploadProgress progress{"upload-1", Bytes(8u << 20), {{1, "e1", digest(11)}}};
  {
    const auto journal = open();
    EXPECT_FALSE(journal->find_upload(key, digest(1)));
    journal->remember_upload(key, digest(1), progress);
    progress.parts = {{1, "e1", digest(11)}, {2, "e2", digest(12)}, {5, "e5", digest(15)}};
    journal->remember_upload(key, digest(1), progress);
  }
  const auto journal = open();
  EXPECT_EQ(journal->find_upload(key, digest(1)), progress);
  EXPECT_FALSE(journal->find_upload(key, digest(2))) << "other bytes";
  progress.parts = {{1, "again", digest(11)}, {5, "e5", digest(15)}};
  journal->remember_upload(key, digest(1), progress);
  EXPECT_EQ(journal->find_upload(key, digest(1)), progress);
  progress.parts[1].sha256 = digest(16);  // the same part, of other bytes
  journal->remember_upload(key, digest(1), progress);
  EXPECT_EQ(journal->find_upload(key, digest(1)), progress);
  const UploadProgress other{"upload-2", Bytes(16u << 20), {}};
  journal->remember_upload(key, digest(1), other);
  EXPECT_EQ(journal->find_upload(key, digest(1)), other) << "parts of the upload before";
  journal->forget_upload(key, digest(1));
  EXPECT_FALSE(journal->find_upload(key, digest(1)));
  journal->forget_upload(key, digest(1));
}

TEST_F(JournalTest, ServesManyThreadsAndASecondProcess) {
  const auto mine = open(), theirs = open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      SqliteJournal& journal = i % 2 ? *mine : *theirs;
      for (int j = 0; j < 10; ++j) {
        EXPECT_TRUE(journal.begin(std::to_string(i), "", at(j)));
        journal.remember_hash(std::to_string(j), {}, digest(1));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(mine->open_intents().value().size(), 40u);
}

// ---- opening

TEST_F(JournalTest, MovesADamagedFileAsideAndSaysSo) {
  { ASSERT_TRUE(open()->begin("a", "", at(0))); }
  std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary) << "not a database at all";
  const std::string damaged = files().at("journal.db");
  const auto journal = open();
  ASSERT_EQ(journal->warnings().size(), 1u);
  EXPECT_THAT(journal->warnings()[0], HasSubstr("journal.db.corrupt-"));
  EXPECT_TRUE(journal->open_intents().value().empty());
  ASSERT_TRUE(journal->begin("b", "", at(0)));
  int aside = 0;
  for (const auto& [name, content] : files())
    if (name.starts_with("journal.db.corrupt-") && content == damaged) ++aside;
  EXPECT_EQ(aside, 1);
}

TEST_F(JournalTest, FindsDamageInsideTheTables) {
  {
    const auto journal = open();
    for (int i = 0; i < 500; ++i)
      journal->remember_hash(std::string(100, 'n') + std::to_string(i), {}, digest(1));
  }
  const auto size = std::filesystem::file_size(file_);
  ASSERT_GT(size, 40'000u);
  std::fstream damage(file_, std::ios::in | std::ios::out | std::ios::binary);
  damage.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
  damage << std::string(4096, '\x5a');
  damage.close();
  EXPECT_EQ(open()->warnings().size(), 1u);
  EXPECT_TRUE(open()->warnings().empty()) << "the new one is sound";
}

TEST_F(JournalTest, TakesAnEmptyFileAsANewOne) {
  std::filesystem::create_directories(file_.parent_path());
  std::ofstream(file_).close();
  EXPECT_TRUE(open_read_only()->open_intents().value().empty());
  EXPECT_TRUE(open()->warnings().empty());
}

// Parts of the first schema do not say which bytes were sent: the upload goes on, and sends them again.
TEST_F(JournalTest, TakesOverTheFirstSchemaButNotItsParts) {
  const ObjectKey key("data/big");
  {
    const auto journal = open();
    journal->remember_hash("a", {1, 2, Bytes(3), 4}, digest(2));
    journal->remember_upload(key, digest(1), {"upload-1", Bytes(8u << 20), {}});
  }
  const std::string blob = "x'" + to_hex(digest(1)) + "'";
  execute(file_,
          "DROP TABLE protect; DROP TABLE marked_buffers; DROP TABLE upload_parts;"
          "CREATE TABLE upload_parts (key TEXT NOT NULL, sha256 BLOB NOT NULL, number INTEGER NOT NULL,"
          " etag TEXT NOT NULL, PRIMARY KEY (key, sha256, number)) WITHOUT ROWID;"
          "INSERT INTO upload_parts VALUES ('data/big', " +
              blob + ", 1, 'e1'); PRAGMA user_version = 1");
  EXPECT_TRUE(open_read_only()->open_intents()) << "a reader does not need to migrate";
  EXPECT_TRUE(open_read_only()->view("r2://a", at(0))) << "nor to find what was not there yet";
  const auto journal = open();
  EXPECT_TRUE(journal->warnings().empty());
  EXPECT_EQ(journal->find_hash("a", {1, 2, Bytes(3), 4}), digest(2));
  const UploadProgress resumed{"upload-1", Bytes(8u << 20), {}};
  EXPECT_EQ(journal->find_upload(key, digest(1)), resumed);
  const UploadProgress progress{"upload-1", Bytes(8u << 20), {{1, "e1", digest(11)}}};
  journal->remember_upload(key, digest(1), progress);
  EXPECT_EQ(open()->find_upload(key, digest(1)), progress);
}

TEST_F(JournalTest, RefusesANewerSchemaByNameAndLeavesItAlone) {
  open();
  execute(file_, "PRAGMA user_version = 7");
  const auto before = files();
  const auto journal = open_journal(file_);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().fault, Fault::kUnsupported);
  EXPECT_THAT(journal.error().cause, HasSubstr("journal schema 7"));
  EXPECT_EQ(open_journal_read_only(file_).error().fault, Fault::kUnsupported);
  EXPECT_EQ(files(), before);
}

TEST_F(JournalTest, RefusesTheDatabaseOfAnotherProgram) {
  std::filesystem::create_directories(file_.parent_path());
  execute(file_, "CREATE TABLE photos (id INTEGER)");
  const auto before = files();
  EXPECT_EQ(open_journal(file_).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(open_journal_read_only(file_).error().fault, Fault::kInvalidInput);
  EXPECT_EQ(files(), before);
}

TEST_F(JournalTest, DoesNotMoveAsideWhatItMerelyCannotOpen) {
  std::filesystem::create_directories(file_);  // a folder of that name
  EXPECT_FALSE(open_journal(file_));
  EXPECT_TRUE(std::filesystem::is_directory(file_));
}

}  // namespace
}  // namespace reconcile::journal
