#include "reconciler/journal/database.h"

#include <cstring>

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace reconcile::journal {
namespace {

std::unique_ptr<Database> in_memory() {
  return Database::open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "memory").value();
}

// The memory of a text that is gone is given to the next one: a statement is known by what it says.
TEST(Database, TwoTextsAtOneAddressAreTwoStatements) {
  const auto database = in_memory();
  char text[32];
  std::strcpy(text, "SELECT 1");
  EXPECT_EQ(database->number(text), 1);
  std::strcpy(text, "SELECT 2");
  EXPECT_EQ(database->number(text), 2);
}

TEST(Database, OneTextIsPreparedOnce) {
  const auto database = in_memory();
  ASSERT_TRUE(database->execute("CREATE TABLE t (n)"));
  for (const std::string text : {"INSERT INTO t VALUES (?1)", "INSERT INTO t VALUES (?1)"}) {
    auto insert = database->prepare(text);
    ASSERT_TRUE(insert);
    ASSERT_TRUE(insert->bind(1, std::int64_t{7}).run());
  }
  EXPECT_EQ(database->number("SELECT count(*) FROM t WHERE n = 7"), 2);
}

}  // namespace
}  // namespace reconcile::journal
