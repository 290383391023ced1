#pragma once
// A thin hold on SQLite: handles that close themselves, bound parameters only, errors as values.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reconciler/base/bytes.h"
#include "reconciler/base/files.h"

struct sqlite3;
struct sqlite3_stmt;

namespace reconcile::journal {

/// A prepared statement on loan from its database: reset and unbound when it dies. Parameters count from 1,
/// columns from 0.
class Statement {
 public:
  explicit Statement(sqlite3* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}
  Statement(Statement&& other) noexcept : database_(other.database_), statement_(other.statement_) {
    other.statement_ = nullptr;
  }
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::int64_t number);
  /// Unsigned numbers keep their 64 bits.
  Statement& bind(int index, std::uint64_t number) { return bind(index, static_cast<std::int64_t>(number)); }
  Statement& bind(int index, ByteView bytes);

  /// True: there is a row. False: done.
  Result<bool> step();
  /// For statements that give no rows.
  Result<void> run();

  std::int64_t number(int column) const;
  std::string text(int column) const;
  ByteVector bytes(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
};

/// One connection. One thread at a time.
class Database {
 public:
  /// `uri` as SQLite takes it; `flags` of sqlite3_open_v2. `shown` names the file in errors.
  static Result<std::unique_ptr<Database>> open(const std::string& uri, int flags, const Path& shown);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Prepared once, and kept by its text: few texts, please. One that is on loan must not be asked for again.
  Result<Statement> prepare(std::string_view sql);
  /// Several statements without parameters or rows.
  Result<void> execute(const std::string& sql);
  /// The first column of the first row.
  Result<std::int64_t> number(std::string_view sql);
  Result<std::string> text(std::string_view sql);
  std::int64_t last_id() const;
  std::int64_t changed_rows() const;
  /// Leaves the write-ahead log as it is when the connection closes.
  void keep_log_on_close();

 private:
  explicit Database(sqlite3* handle, Path shown) : handle_(handle), shown_(std::move(shown)) {}
  Error error() const;

  sqlite3* handle_;
  Path shown_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

/// Rolls back unless committed.
class Transaction {
 public:
  /// Takes the write lock at once.
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) { other.database_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

/// A file name as a SQLite URI (sqlite.org/uri.html), with `?` and the options behind it.
std::string uri_of(const Path& path, const std::string& options);

}  // namespace reconcile::journal
