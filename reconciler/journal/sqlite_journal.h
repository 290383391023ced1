#pragma once
// The journal in one SQLite file. Losing it may cost time, never data.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/ports/journal.h"

namespace reconcile::journal {

class Database;

/// WAL, synchronous=FULL: what must be durable is fsynced before the call returns. Hashes and upload progress
/// are not fsynced (they survive a killed process, a power cut may cost the latest). May be used by several
/// threads; several processes take turns.
class SqliteJournal final : public Journal {
 public:
  SqliteJournal(std::unique_ptr<Database> durable, std::unique_ptr<Database> relaxed,
                std::vector<std::string> warnings);
  ~SqliteJournal() override;

  /// What the operator should see about the opening: a damaged file that was moved aside.
  const std::vector<std::string>& warnings() const { return warnings_; }

  std::optional<Sha256> find_hash(const std::string& name, const FileIdentity& identity) override;
  void remember_hash(const std::string& name, const FileIdentity& identity, const Sha256& sha256) override;
  /// All in one transaction.
  void remember_hashes(const std::vector<HashedFile>& files) override;

  /// Deletions at `since` or later.
  Result<JournalView> view(const std::string& bucket, Instant since) override;
  Result<std::vector<Intent>> open_intents() override;
  Result<std::vector<PassRecord>> passes(std::size_t count_max) override;

  std::optional<UploadProgress> find_upload(const ObjectKey& key, const Sha256& sha256) override;
  void remember_upload(const ObjectKey& key, const Sha256& sha256, const UploadProgress& progress) override;
  void forget_upload(const ObjectKey& key, const Sha256& sha256) override;

  Result<std::int64_t> begin(const std::string& address, const std::string& detail, Instant now) override;
  /// kNotFound: no such intent. Finishing twice keeps the first outcome.
  Result<void> finish(std::int64_t intent, const std::string& outcome, Instant now) override;
  Result<void> count_deletion(const ObjectKey& key, Bytes size, Instant now) override;
  /// Replaces the set of rules that this program wrote into `bucket`.
  Result<void> own_rules(const std::string& bucket, const std::set<std::string>& ids) override;
  Result<void> protect(const std::string& bucket, const std::set<std::string>& patterns) override;
  Result<void> marked_buffer(const std::string& bucket, const std::string& path) override;
  /// Assigns the id itself. Keeps the newest 1,000 passes and trims the other tables (schema.h).
  Result<void> record_pass(const PassRecord& pass) override;

 private:
  /// Of a table of (bucket, value): all values of that bucket at once.
  Result<void> replace(const std::string& table, const std::string& bucket,
                       const std::set<std::string>& values);

  std::mutex mutex_;
  std::unique_ptr<Database> durable_;  ///< synchronous=FULL
  std::unique_ptr<Database> relaxed_;  ///< synchronous=NORMAL
  std::vector<std::string> warnings_;
};

/// Opens or creates the journal; its folder is created too. A damaged file is moved to
/// `<name>.corrupt-<time>` and a fresh one made: see warnings(). A file with a newer schema is kUnsupported;
/// a database of another program kInvalidInput; neither is touched.
Result<std::unique_ptr<SqliteJournal>> open_journal(const Path& path);

/// For --plan and status: never writes and never creates a file, not even SQLite's -wal and -shm; what it is
/// asked to remember it forgets. An absent file is an empty journal. Sees what a running writer has
/// committed.
Result<std::unique_ptr<JournalReader>> open_journal_read_only(const Path& path);

}  // namespace reconcile::journal
