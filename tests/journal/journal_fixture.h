#pragma once
// A journal in a temporary folder.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/journal/sqlite_journal.h"

namespace reconcile::journal {

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "reconcile-XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
    file_ = home_ / "state" / "journal.db";
  }
  ~JournalTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(home_, ignored);
  }

  std::unique_ptr<SqliteJournal> open() {
    Result<std::unique_ptr<SqliteJournal>> journal = open_journal(file_);
    EXPECT_TRUE(journal) << journal.error().cause;
    return *std::move(journal);
  }
  std::unique_ptr<JournalReader> open_read_only() {
    Result<std::unique_ptr<JournalReader>> journal = open_journal_read_only(file_);
    EXPECT_TRUE(journal) << journal.error().cause;
    return *std::move(journal);
  }
  static Instant at(std::int64_t seconds) { return Instant(Seconds(1'795'000'000 + seconds)); }
  static Sha256 digest(std::uint8_t byte) {
    std::array<std::uint8_t, 32> bytes;
    bytes.fill(byte);
    return Sha256(bytes);
  }
  /// Name and SHA-256 of every file beside the journal.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(file_.parent_path())) {
      std::ostringstream content;
      content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      out[entry.path().filename().string()] = to_hex(sha256_of(content.str()));
    }
    return out;
  }

  Path home_;
  Path file_;
};

}  // namespace reconcile::journal
