#include <sys/stat.h>

#include <sqlite3.h>

#include "reconciler/journal/queries.h"
#include "reconciler/journal/quick_check.h"
#include "reconciler/journal/schema.h"
#include "reconciler/journal/sqlite_journal.h"

namespace reconcile::journal {
namespace {

constexpr int kAttemptsMax = 5;

/// What lies on disk: changes when a writer folds its log into the file, or starts or ends.
struct Files {
  bool file = false, log = false, shared = false, rollback = false;
  std::int64_t mtime_ns = 0, size = 0;
  friend bool operator==(const Files&, const Files&) = default;
};

/// nullopt: certainly not there.
Result<std::optional<struct stat>> status_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return status;
  if (errno == ENOENT) return std::nullopt;
  return fail(error_from_errno("looking at the journal " + path, errno));
}

Result<Files> look_at(const Path& path) {
  Files files;
  TRY_ASSIGN(const std::optional<struct stat> file, status_of(path.string()));
  if (!file) return files;
  files.file = true;
  files.mtime_ns = std::int64_t{file->st_mtim.tv_sec} * 1'000'000'000 + file->st_mtim.tv_nsec;
  files.size = file->st_size;
  TRY_ASSIGN(const std::optional<struct stat> log, status_of(path.string() + "-wal"));
  TRY_ASSIGN(const std::optional<struct stat> shared, status_of(path.string() + "-shm"));
  TRY_ASSIGN(const std::optional<struct stat> rollback, status_of(path.string() + "-journal"));
  files.log = log && log->st_size > 0;
  files.shared = shared.has_value();
  files.rollback = rollback.has_value();
  return files;
}

/// A plain read-only connection to a WAL database creates the log and its shared memory when they are
/// missing. So: without a log the file is whole and is read as it is. With both, a running or killed
/// writer's, SQLite reads them without writing. With a log alone there is no running writer: the log's index
/// is built in private memory, which SQLite does for an exclusive user, here one without locks.
Result<std::unique_ptr<Database>> connect(const Path& path, const Files& files) {
  const char* options = files.rollback ? "mode=ro"
                        : !files.log   ? "mode=ro&immutable=1"
                        : files.shared ? "mode=ro&readonly_shm=1"
                                       : "mode=ro&vfs=unix-none";
  TRY_ASSIGN(std::unique_ptr<Database> database,
             Database::open(uri_of(path, options), SQLITE_OPEN_READONLY, path));
  database->keep_log_on_close();
  if (files.log && !files.shared) TRY(database->text("PRAGMA locking_mode = EXCLUSIVE"));
  return database;
}

class ReadOnlyJournal final : public JournalReader {
 public:
  explicit ReadOnlyJournal(Path path) : path_(std::move(path)) {}

  std::optional<Sha256> find_hash(const std::string& name, const FileIdentity& identity) override {
    const std::lock_guard lock(mutex_);
    if (!hashes_) {
      const Result<Files> files = look_at(path_);
      if (!files || !files->file) return std::nullopt;
      Result<std::unique_ptr<Database>> database = connect(path_, *files);
      if (!database) return std::nullopt;
      hashes_ = *std::move(database);
    }
    return read_hash(*hashes_, name, identity).value_or(std::nullopt);
  }
  void remember_hash(const std::string&, const FileIdentity&, const Sha256&) override {}

  Result<JournalView> view(const std::string& bucket, Instant since) override {
    return read<JournalView>([&](Database& database) { return read_view(database, bucket, since); });
  }
  Result<std::vector<Intent>> open_intents() override {
    return read<std::vector<Intent>>([](Database& database) { return read_open_intents(database); });
  }
  Result<std::vector<PassRecord>> passes(std::size_t count_max) override {
    return read<std::vector<PassRecord>>(
        [&](Database& database) { return read_passes(database, count_max); });
  }

  /// One look at a fresh connection; an answer counts only when the files were the same before and after.
  template <class T, class Query>
  Result<T> read(Query query) {
    for (int attempt = 1;; ++attempt) {
      TRY_ASSIGN(const Files before, look_at(path_));
      if (!before.file) return T{};
      Result<T> answer = ask<T>(before, query);
      TRY_ASSIGN(const Files after, look_at(path_));
      if (before == after || attempt == kAttemptsMax) return answer;
    }
  }

 private:
  template <class T, class Query>
  Result<T> ask(const Files& files, Query query) {
    TRY_ASSIGN(const std::unique_ptr<Database> database, connect(path_, files));
    TRY_ASSIGN(const std::int64_t version, check_schema(*database, path_));
    if (version == 0) return T{};  // made and not yet filled
    return query(*database);
  }

  Path path_;
  std::mutex mutex_;
  std::unique_ptr<Database> hashes_;
};

}  // namespace

Result<std::unique_ptr<JournalReader>> open_journal_read_only(const Path& path) {
  auto journal = std::make_unique<ReadOnlyJournal>(path);
  TRY(journal->passes(0));  // refuses a damaged or a newer file now
  return journal;
}

Result<std::optional<std::string>> quick_check(const Path& path) {
  using Said = std::optional<std::string>;
  Result<Said> said = ReadOnlyJournal(path).read<Said>([](Database& database) -> Result<Said> {
    TRY_ASSIGN(std::string text, database.text("PRAGMA quick_check(1)"));
    return Said(std::move(text));
  });
  if (!said && said.error().fault == Fault::kCorrupt) return Said(said.error().cause);
  return said;
}

}  // namespace reconcile::journal
