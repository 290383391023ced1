// What is special about the ledger file; what it shares with every chain is in tests/contract.

#include "reconciler/directory/ledger.h"

#include "tests/directory/folder_fixture.h"
#include <sys/stat.h>
#include <thread>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "reconciler/directory/ledger_line.h"

namespace reconcile::directory {
namespace {

struct StoppedClock final : Clock {
  Instant now() override { return Instant(Seconds(1'795'332'014)); }
  void sleep_for(Seconds) override {}
  bool stopping() override { return false; }
};

Commitment raw(std::string_view text) {
  return {{{Field::Kind::kRaw, ByteVector(text.begin(), text.end())}}};
}

class LedgerTest : public FolderTest {
 protected:
  StoppedClock clock_;
  Path file_ = home_ / "ledger.jsonl";
  Ledger ledger_{file_, clock_};
  LedgerReader reader_{file_};
  Account account_{13, "5F3sa2TJAWMqDhXG6jhV4N8ko9SxwGy8TpaNS1repo5EYjQX"};
};

TEST_F(LedgerTest, WritesOneReadableLineABlock) {
  ASSERT_TRUE(ledger_.commit(account_, raw("hello")));
  ASSERT_TRUE(ledger_.commit({1, "b"}, {{raw("x").fields[0], {Field::Kind::kSha256, ByteVector(32, 1)}}}));
  EXPECT_EQ(read(file_),
            "{\"block\":1,\"time\":\"2026-11-22T07:20:14Z\",\"netuid\":13,"
            "\"hotkey\":\"5F3sa2TJAWMqDhXG6jhV4N8ko9SxwGy8TpaNS1repo5EYjQX\","
            "\"fields\":[{\"kind\":\"Raw\",\"hex\":\"68656c6c6f\"}]}\n"
            "{\"block\":2,\"time\":\"2026-11-22T07:20:14Z\",\"netuid\":1,\"hotkey\":\"b\","
            "\"fields\":[{\"kind\":\"Raw\",\"hex\":\"78\"},{\"kind\":\"Sha256\",\"hex\":\"" +
                to_hex(ByteView(ByteVector(32, 1))) + "\"}]}\n");
}

TEST_F(LedgerTest, ReadsAMissingFileWithoutMakingIt) {
  const ChainView view = reader_.observe(account_).value();
  EXPECT_EQ(view.finalized_block, 0u);
  EXPECT_FALSE(view.commitment);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(LedgerTest, MakesNothingWhenItRefuses) {
  EXPECT_FALSE(ledger_.commit(account_, raw(std::string(129, 'x'))));
  EXPECT_FALSE(ledger_.commit(account_, {}));
  EXPECT_FALSE(ledger_.commit({13, ""}, raw("x")));
  EXPECT_FALSE(ledger_.commit({13, "\xff"}, raw("x")));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

// A crash can leave any beginning of the line that was being appended.
TEST_F(LedgerTest, IgnoresAndCutsOffATornLastLineWhereverItTore) {
  ASSERT_TRUE(ledger_.commit(account_, raw("one")));
  const std::string one = read(file_);
  ASSERT_TRUE(ledger_.commit(account_, raw("two")));
  const std::string both = read(file_);
  for (std::size_t bytes = one.size() + 1; bytes < both.size(); ++bytes) {
    write(file_, both.substr(0, bytes));
    const ChainView view = reader_.observe(account_).value();
    ASSERT_EQ(view.finalized_block, 1u);
    ASSERT_TRUE(same_bytes(raw("one"), *view.commitment));
    ASSERT_EQ(view.notes.size(), 1u);
    ASSERT_EQ(read(file_), both.substr(0, bytes)) << "a reader changed the file";
  }
  write(file_, both.substr(0, both.size() - 1));
  ASSERT_EQ(ledger_.commit(account_, raw("two")).value().block, 2u);
  EXPECT_EQ(read(file_), both);
}

TEST_F(LedgerTest, RefusesADamagedMiddleForReadingAndWriting) {
  for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(ledger_.commit(account_, raw(text)));
  const std::string whole = read(file_);
  const std::size_t second = whole.find('\n') + 1;
  std::string flipped = whole;
  flipped[second] = '!';
  std::string missing = whole;
  missing.erase(second, whole.find('\n', second) + 1 - second);
  const std::string blank = whole.substr(0, second) + "\n" + whole.substr(second);
  for (const std::string& damaged : {flipped, missing, blank, whole + std::string(100'000, 'x')}) {
    write(file_, damaged);
    const Result<ChainView> view = reader_.observe(account_);
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error().fault, Fault::kCorrupt);
    EXPECT_THAT(view.error().cause, testing::HasSubstr("ledger.jsonl:"));
    EXPECT_FALSE(ledger_.commit(account_, raw("four")));
    EXPECT_EQ(read(file_), damaged);
  }
  write(file_, flipped);
  EXPECT_THAT(reader_.observe(account_).error().cause, testing::HasSubstr("ledger.jsonl:2: "));
}

TEST_F(LedgerTest, NeverTakesUnreadableForNone) {
  std::filesystem::create_directories(file_);
  EXPECT_FALSE(reader_.observe(account_));
  write(home_ / "file", "x");
  EXPECT_FALSE(LedgerReader(home_ / "file" / "ledger").observe(account_));
}

TEST_F(LedgerTest, GivesEveryWriterALineOfItsOwn) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      Ledger mine(file_, clock_);
      for (int j = 0; j < 5; ++j) EXPECT_TRUE(mine.commit({13, std::to_string(i)}, raw(std::to_string(j))));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(reader_.observe(account_).value().finalized_block, 20u);
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(same_bytes(raw("4"), *reader_.observe({13, std::to_string(i)}).value().commitment));
}

RC_GTEST_PROP(LedgerLine, ReadsBackWhatItPrints,
              (std::uint64_t block, std::uint16_t netuid, const ByteVector& bytes)) {
  const LedgerRecord record{
      block, Instant(Seconds(1'795'332'014)), {netuid, "hot \"key\"\n"}, {{"Raw", bytes, {}}}};
  std::string line = print_line(record).value();
  RC_ASSERT(line.find('\n') == line.size() - 1);
  line.pop_back();
  RC_ASSERT(parse_line(line).value() == record);
}

TEST(LedgerLine, RefusesWhatIsNoRecord) {
  for (const char* line :
       {"", "null", "[]", "{}",
        "{\"block\":-1,\"time\":\"2026-11-22T07:20:14Z\",\"netuid\":1,\"hotkey\":\"a\",\"fields\":[]}",
        "{\"block\":1,\"time\":\"2026-11-22T07:20:14Z\",\"netuid\":65536,\"hotkey\":\"a\",\"fields\":[]}",
        "{\"block\":1,\"time\":\"yesterday\",\"netuid\":1,\"hotkey\":\"a\",\"fields\":[]}",
        "{\"block\":1,\"time\":\"2026-11-22T07:20:14Z\",\"netuid\":1,\"hotkey\":\"a\",\"fields\":[{\"kind\":"
        "\"Raw\",\"hex\":\"0\"}]}"})
    EXPECT_EQ(parse_line(line).error().fault, Fault::kCorrupt) << line;
}

}  // namespace
}  // namespace reconcile::directory
