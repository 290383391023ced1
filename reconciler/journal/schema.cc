#include "reconciler/journal/schema.h"

#include <array>

namespace reconcile::journal {
namespace {

// Each entry makes version n+1 from version n. Never change one that was released: add another.
constexpr std::array kMigrations = {
    R"sql(
CREATE TABLE hash_cache (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 BLOB NOT NULL,
  UNIQUE (name, device, inode));
CREATE TABLE intents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL, detail TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER, outcome TEXT);
CREATE INDEX intents_open ON intents (id) WHERE finished IS NULL;
CREATE TABLE deletions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX deletions_at ON deletions (at, size);
CREATE TABLE own_rules (
  bucket TEXT NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (bucket, rule)) WITHOUT ROWID;
CREATE TABLE uploads (
  key TEXT NOT NULL, sha256 BLOB NOT NULL, upload_id TEXT NOT NULL, part_size INTEGER NOT NULL,
  PRIMARY KEY (key, sha256)) WITHOUT ROWID;
CREATE TABLE upload_parts (
  key TEXT NOT NULL, sha256 BLOB NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL,
  PRIMARY KEY (key, sha256, number)) WITHOUT ROWID;
CREATE TABLE passes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started INTEGER NOT NULL, ended INTEGER NOT NULL, manifest_digest TEXT NOT NULL, plan_digest TEXT NOT NULL,
  outcome TEXT NOT NULL, summary TEXT NOT NULL);
)sql",
    // Parts know the digest of what was sent. Of older ones nobody knows it: they are sent again.
    R"sql(
DROP TABLE upload_parts;
CREATE TABLE upload_parts (
  key TEXT NOT NULL, sha256 BLOB NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL,
  part_sha256 BLOB NOT NULL,
  PRIMARY KEY (key, sha256, number)) WITHOUT ROWID;
)sql",
    // What must survive its removal from the manifest, and what tells a buffer from an unmounted one.
    R"sql(
CREATE TABLE protect (
  bucket TEXT NOT NULL, pattern TEXT NOT NULL, PRIMARY KEY (bucket, pattern)) WITHOUT ROWID;
CREATE TABLE marked_buffers (
  bucket TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (bucket, path)) WITHOUT ROWID;
)sql",
};

}  // namespace

std::int64_t schema_version_max() { return static_cast<std::int64_t>(kMigrations.size()); }

Result<std::int64_t> check_schema(Database& database, const Path& shown) {
  TRY_ASSIGN(const std::int64_t application, database.number("PRAGMA application_id"));
  TRY_ASSIGN(const std::int64_t version, database.number("PRAGMA user_version"));
  TRY_ASSIGN(const std::int64_t tables, database.number("SELECT count(*) FROM sqlite_master"));
  if (application != kApplicationId && (application != 0 || tables != 0))
    return fail(Fault::kInvalidInput, shown.string() + " is the SQLite database of another program",
                "name another file as the journal");
  if (version > schema_version_max())
    return fail(
        Fault::kUnsupported,
        shown.string() + " has journal schema " + std::to_string(version) +
            "; this program knows schemas up to " + std::to_string(schema_version_max()),
        "run the newer program that wrote it, or move the file away: losing it costs time, never data");
  return version;
}

Result<void> migrate(Database& database, const Path& shown) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
  TRY_ASSIGN(std::int64_t version,
             check_schema(database, shown));  // again: another process may have been first
  if (version == schema_version_max()) return {};
  for (; version < schema_version_max(); ++version)
    TRY(database.execute(kMigrations.at(static_cast<std::size_t>(version))));
  TRY(database.execute("PRAGMA application_id = " + std::to_string(kApplicationId)));
  TRY(database.execute("PRAGMA user_version = " + std::to_string(version)));
  return transaction.commit();
}

}  // namespace reconcile::journal
