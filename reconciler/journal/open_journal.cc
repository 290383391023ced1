#include <sqlite3.h>

#include "reconciler/base/units.h"
#include "reconciler/journal/schema.h"
#include "reconciler/journal/sqlite_journal.h"

namespace reconcile::journal {
namespace {

Result<std::unique_ptr<Database>> connect(const Path& path, const char* synchronous) {
  TRY_ASSIGN(std::unique_ptr<Database> database,
             Database::open(uri_of(path, "mode=rwc"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, path));
  TRY(check_schema(*database, path));  // before anything is changed in a file that may not be ours
  // Where the file system cannot share memory SQLite stays with a rollback journal: slower, as safe.
  TRY(database->text("PRAGMA journal_mode = WAL"));
  TRY(database->execute(std::string("PRAGMA synchronous = ") + synchronous));
  return database;
}

Result<std::unique_ptr<SqliteJournal>> open_sound(const Path& path, std::vector<std::string> warnings) {
  TRY_ASSIGN(std::unique_ptr<Database> durable, connect(path, "FULL"));
  TRY_ASSIGN(const std::string check, durable->text("PRAGMA quick_check(1)"));
  if (check != "ok")
    return fail(Fault::kCorrupt, path.string() + ": " + check, "the file is moved aside and a new one made");
  TRY(migrate(*durable, path));
  TRY_ASSIGN(std::unique_ptr<Database> relaxed, connect(path, "NORMAL"));
  return std::make_unique<SqliteJournal>(std::move(durable), std::move(relaxed), std::move(warnings));
}

/// A name that is free: the time, and a number when there were several in one second.
Path aside_name(const Path& path) {
  std::string time;
  for (const char c : print_time(std::chrono::floor<Seconds>(std::chrono::system_clock::now())))
    if (c != '-' && c != ':') time += c;
  const std::string base = path.string() + ".corrupt-" + time;
  Path name = base;
  for (int i = 2; std::filesystem::exists(name); ++i) name = base + "-" + std::to_string(i);
  return name;
}

Result<Path> move_aside(const Path& path) try {
  const Path aside = aside_name(path);
  std::filesystem::rename(path, aside);
  for (const char* suffix : {"-wal", "-shm"})
    if (const Path part = path.string() + suffix; std::filesystem::exists(part))
      std::filesystem::rename(part, aside.string() + suffix);
  TRY(sync_folder(path.parent_path()));
  return aside;
} catch (const std::filesystem::filesystem_error& error) {
  return fail(
      error_from_errno("moving the damaged journal " + path.string() + " aside", error.code().value()));
}

}  // namespace

Result<std::unique_ptr<SqliteJournal>> open_journal(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return fail(error_from_errno("making folder " + path.parent_path().string(), error.value()));
  Result<std::unique_ptr<SqliteJournal>> journal = open_sound(path, {});
  if (journal || journal.error().fault != Fault::kCorrupt) return journal;
  TRY_ASSIGN(const Path aside, move_aside(path));
  return open_sound(
      path, {"the journal was damaged (" + journal.error().cause + "); it was moved to " + aside.string() +
             " and a new one begun: hashes are computed again, and the deletions "
             "of the past window are no longer counted"});
}

}  // namespace reconcile::journal
