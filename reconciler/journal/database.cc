#include "reconciler/journal/database.h"

#include <sqlite3.h>

namespace reconcile::journal {
namespace {

constexpr int kBusyMilliseconds = 10'000;

Error error_of(sqlite3* handle, const std::string& where) {
  const int code = sqlite3_extended_errcode(handle);
  const std::string cause = where + ": " + sqlite3_errmsg(handle) + " (SQLite " + std::to_string(code) + ")";
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Fault::kCorrupt, cause,
              "the next run that may write moves the file aside and starts a new one"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Fault::kTransient, cause, "another run is using the journal; try again when it is done"};
    case SQLITE_FULL:
      return {Fault::kDiskFull, cause, "free some space on this file system; nothing was lost"};
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Fault::kDenied, cause, "make the journal and its folder readable and writable for this user"};
    default:
      return {Fault::kInternal, cause, "check the disk and the system log"};
  }
}

}  // namespace

Statement::~Statement() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

// A bind fails only for a bad index or lack of memory; `step` would then miss the value and a NOT NULL column
// refuse it.
Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(statement_, index, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int index, std::int64_t number) {
  sqlite3_bind_int64(statement_, index, number);
  return *this;
}

Statement& Statement::bind(int index, ByteView bytes) {
  sqlite3_bind_blob64(statement_, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const char* file = sqlite3_db_filename(database_, "main");
  return fail(error_of(database_, file ? file : "journal"));
}

Result<void> Statement::run() {
  for (;;) {
    TRY_ASSIGN(const bool row, step());
    if (!row) return {};
  }
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::text(int column) const {
  const auto* text = sqlite3_column_text(statement_, column);
  const int bytes = sqlite3_column_bytes(statement_, column);
  return text ? std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(bytes)) : "";
}

ByteVector Statement::bytes(int column) const {
  const auto* blob = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return blob ? ByteVector(blob, blob + size) : ByteVector();
}

Result<std::unique_ptr<Database>> Database::open(const std::string& uri, int flags, const Path& shown) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(uri.c_str(), &handle, flags | SQLITE_OPEN_URI, nullptr);
  if (!handle) return fail(Fault::kInternal, "no memory to open " + shown.string(), "free some memory");
  std::unique_ptr<Database> database(new Database(handle, shown));
  if (code != SQLITE_OK) return fail(database->error());
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  return database;
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Error Database::error() const { return error_of(handle_, shown_.string()); }

Result<Statement> Database::prepare(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK)
      return fail(error());
    found = statements_.emplace(sql, statement).first;
  }
  return Statement(handle_, found->second);
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return fail(error());
  return {};
}

Result<std::int64_t> Database::number(std::string_view sql) {
  TRY_ASSIGN(Statement statement, prepare(sql));
  TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

Result<std::string> Database::text(std::string_view sql) {
  TRY_ASSIGN(Statement statement, prepare(sql));
  TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.text(0) : std::string();
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changed_rows() const { return sqlite3_changes64(handle_); }

void Database::keep_log_on_close() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<Transaction> Transaction::begin(Database& database) {
  TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (!database_) return;
  const Result<void> rolled_back = database_->execute("ROLLBACK");
  static_cast<void>(rolled_back);  // it fails only when SQLite has rolled back already
}

Result<void> Transaction::commit() {
  TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

std::string uri_of(const Path& path, const std::string& options) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path.string()) {
    if (c == '%' || c == '?' || c == '#') {
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?" + options;
}

}  // namespace reconcile::journal
