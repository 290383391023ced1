#include "reconciler/journal/sqlite_journal.h"

#include "reconciler/journal/queries.h"
#include "reconciler/journal/schema.h"

namespace reconcile::journal {
namespace {

/// For what may be forgotten: the outcome is dropped on purpose.
void try_to(const Result<void>& done) { static_cast<void>(done); }

Result<std::optional<UploadProgress>> read_upload(Database& database, const ObjectKey& key,
                                                  const Sha256& sha256) {
  TRY_ASSIGN(Statement find,
             database.prepare("SELECT upload_id, part_size FROM uploads WHERE key = ?1 AND sha256 = ?2"));
  find.bind(1, key.get()).bind(2, sha256.get());
  TRY_ASSIGN(const bool found, find.step());
  if (!found) return std::nullopt;
  UploadProgress progress{find.text(0), Bytes(static_cast<std::uint64_t>(find.number(1))), {}};
  TRY_ASSIGN(Statement parts, database.prepare("SELECT number, etag, part_sha256 FROM upload_parts "
                                               "WHERE key = ?1 AND sha256 = ?2 ORDER BY number"));
  parts.bind(1, key.get()).bind(2, sha256.get());
  for (;;) {
    TRY_ASSIGN(const bool row, parts.step());
    if (!row) return progress;
    UploadProgress::Part part{static_cast<std::uint32_t>(parts.number(0)), parts.text(1), Sha256()};
    const ByteVector digest = parts.bytes(2);
    std::array<std::uint8_t, 32> sent;
    if (digest.size() != sent.size()) continue;  // not known what was sent: it is sent again
    std::copy(digest.begin(), digest.end(), sent.begin());
    part.sha256 = Sha256(sent);
    progress.parts.push_back(std::move(part));
  }
}

Result<void> delete_upload(Database& database, const ObjectKey& key, const Sha256& sha256) {
  TRY_ASSIGN(Statement upload, database.prepare("DELETE FROM uploads WHERE key = ?1 AND sha256 = ?2"));
  TRY(upload.bind(1, key.get()).bind(2, sha256.get()).run());
  TRY_ASSIGN(Statement parts, database.prepare("DELETE FROM upload_parts WHERE key = ?1 AND sha256 = ?2"));
  return parts.bind(1, key.get()).bind(2, sha256.get()).run();
}

/// Writes only what is new: an upload of 10,000 parts is remembered after each of them.
Result<void> write_upload(Database& database, const ObjectKey& key, const Sha256& sha256,
                          const UploadProgress& progress) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
  TRY_ASSIGN(const std::optional<UploadProgress> old, read_upload(database, key, sha256));
  std::map<std::uint32_t, UploadProgress::Part> known;
  const bool same = old && old->upload_id == progress.upload_id && old->part_size == progress.part_size;
  if (same) {
    for (const UploadProgress::Part& part : old->parts) known[part.number] = part;
  } else {
    TRY(delete_upload(database, key, sha256));
    TRY_ASSIGN(Statement upload, database.prepare("INSERT INTO uploads VALUES (?1, ?2, ?3, ?4)"));
    upload.bind(1, key.get()).bind(2, sha256.get()).bind(3, progress.upload_id);
    TRY(upload.bind(4, progress.part_size.get()).run());
  }
  for (const UploadProgress::Part& part : progress.parts) {
    const auto found = known.find(part.number);
    const bool written = found != known.end() && found->second == part;
    if (found != known.end()) known.erase(found);
    if (written) continue;
    TRY_ASSIGN(Statement insert,
               database.prepare("INSERT OR REPLACE INTO upload_parts VALUES (?1, ?2, ?3, ?4, ?5)"));
    insert.bind(1, key.get()).bind(2, sha256.get()).bind(3, std::int64_t{part.number});
    TRY(insert.bind(4, part.etag).bind(5, part.sha256.get()).run());
  }
  for (const auto& [number, part] : known) {
    TRY_ASSIGN(Statement drop, database.prepare("DELETE FROM upload_parts WHERE key = ?1 AND sha256 = ?2 "
                                                "AND number = ?3"));
    TRY(drop.bind(1, key.get()).bind(2, sha256.get()).bind(3, std::int64_t{number}).run());
  }
  return transaction.commit();
}

Result<void> write_hash(Database& database, const std::string& name, const FileIdentity& identity,
                        const Sha256& sha256) {
  TRY_ASSIGN(
      Statement insert,
      database.prepare("INSERT OR REPLACE INTO hash_cache (name, device, inode, size, mtime_ns, sha256) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  insert.bind(1, name).bind(2, identity.device).bind(3, identity.inode);
  insert.bind(4, identity.size.get()).bind(5, identity.mtime_ns).bind(6, sha256.get());
  return insert.run();
}

Result<void> trim(Database& database, Instant now) {
  TRY_ASSIGN(Statement passes, database.prepare("DELETE FROM passes WHERE id <= "
                                                "(SELECT max(id) FROM passes) - ?1"));
  TRY(passes.bind(1, kPassesMax).run());
  TRY_ASSIGN(Statement intents, database.prepare("DELETE FROM intents WHERE finished IS NOT NULL AND id <= "
                                                 "(SELECT max(id) FROM intents) - ?1"));
  TRY(intents.bind(1, kFinishedIntentsMax).run());
  TRY_ASSIGN(Statement hashes, database.prepare("DELETE FROM hash_cache WHERE id <= "
                                                "(SELECT max(id) FROM hash_cache) - ?1"));
  TRY(hashes.bind(1, kHashesMax).run());
  TRY_ASSIGN(Statement deletions, database.prepare("DELETE FROM deletions WHERE at < ?1"));
  return deletions.bind(1, seconds_of(now) - kDeletionsKeptSeconds).run();
}

}  // namespace

SqliteJournal::SqliteJournal(std::unique_ptr<Database> durable, std::unique_ptr<Database> relaxed,
                             std::vector<std::string> warnings)
    : durable_(std::move(durable)), relaxed_(std::move(relaxed)), warnings_(std::move(warnings)) {}

SqliteJournal::~SqliteJournal() = default;

std::optional<Sha256> SqliteJournal::find_hash(const std::string& name, const FileIdentity& identity) {
  const std::lock_guard lock(mutex_);
  return read_hash(*relaxed_, name, identity).value_or(std::nullopt);
}

void SqliteJournal::remember_hash(const std::string& name, const FileIdentity& identity,
                                  const Sha256& sha256) {
  const std::lock_guard lock(mutex_);
  try_to(write_hash(*relaxed_, name, identity, sha256));
}

void SqliteJournal::remember_hashes(const std::vector<HashedFile>& files) {
  const std::lock_guard lock(mutex_);
  const auto write = [&]() -> Result<void> {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(*relaxed_));
    for (const HashedFile& file : files) TRY(write_hash(*relaxed_, file.name, file.identity, file.sha256));
    return transaction.commit();
  };
  try_to(write());
}

Result<JournalView> SqliteJournal::view(const std::string& bucket, Instant since) {
  const std::lock_guard lock(mutex_);
  return read_view(*durable_, bucket, since);
}

Result<std::vector<Intent>> SqliteJournal::open_intents() {
  const std::lock_guard lock(mutex_);
  return read_open_intents(*durable_);
}

Result<std::vector<PassRecord>> SqliteJournal::passes(std::size_t count_max) {
  const std::lock_guard lock(mutex_);
  return read_passes(*durable_, count_max);
}

std::optional<UploadProgress> SqliteJournal::find_upload(const ObjectKey& key, const Sha256& sha256) {
  const std::lock_guard lock(mutex_);
  return read_upload(*relaxed_, key, sha256).value_or(std::nullopt);
}

void SqliteJournal::remember_upload(const ObjectKey& key, const Sha256& sha256,
                                    const UploadProgress& progress) {
  const std::lock_guard lock(mutex_);
  try_to(write_upload(*relaxed_, key, sha256, progress));
}

void SqliteJournal::forget_upload(const ObjectKey& key, const Sha256& sha256) {
  const std::lock_guard lock(mutex_);
  const auto forget = [&]() -> Result<void> {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(*relaxed_));
    TRY(delete_upload(*relaxed_, key, sha256));
    return transaction.commit();
  };
  try_to(forget());
}

Result<std::int64_t> SqliteJournal::begin(const std::string& address, const std::string& detail,
                                          Instant now) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Statement insert,
             durable_->prepare("INSERT INTO intents (address, detail, started) VALUES (?1, ?2, ?3)"));
  TRY(insert.bind(1, address).bind(2, detail).bind(3, seconds_of(now)).run());
  return durable_->last_id();
}

Result<void> SqliteJournal::finish(std::int64_t intent, const std::string& outcome, Instant now) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Statement update, durable_->prepare("UPDATE intents SET finished = coalesce(finished, ?2), "
                                                 "outcome = coalesce(outcome, ?3) WHERE id = ?1"));
  TRY(update.bind(1, intent).bind(2, seconds_of(now)).bind(3, outcome).run());
  if (durable_->changed_rows() == 1) return {};
  return fail(Fault::kNotFound, "the journal has no intent " + std::to_string(intent),
              "report this as a bug");
}

Result<void> SqliteJournal::count_deletion(const ObjectKey& key, Bytes size, Instant now) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Statement insert,
             durable_->prepare("INSERT INTO deletions (key, size, at) VALUES (?1, ?2, ?3)"));
  return insert.bind(1, key.get()).bind(2, size.get()).bind(3, seconds_of(now)).run();
}

Result<void> SqliteJournal::replace(const std::string& table, const std::string& bucket,
                                    const std::set<std::string>& values) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Transaction transaction, Transaction::begin(*durable_));
  {
    TRY_ASSIGN(Statement clear, durable_->prepare("DELETE FROM " + table + " WHERE bucket = ?1"));
    TRY(clear.bind(1, bucket).run());
  }
  for (const std::string& value : values) {
    TRY_ASSIGN(Statement insert, durable_->prepare("INSERT INTO " + table + " VALUES (?1, ?2)"));
    TRY(insert.bind(1, bucket).bind(2, value).run());
  }
  return transaction.commit();
}

Result<void> SqliteJournal::own_rules(const std::string& bucket, const std::set<std::string>& ids) {
  return replace("own_rules", bucket, ids);
}

Result<void> SqliteJournal::protect(const std::string& bucket, const std::set<std::string>& patterns) {
  return replace("protect", bucket, patterns);
}

Result<void> SqliteJournal::marked_buffer(const std::string& bucket, const std::string& path) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Statement insert, durable_->prepare("INSERT OR IGNORE INTO marked_buffers VALUES (?1, ?2)"));
  return insert.bind(1, bucket).bind(2, path).run();
}

Result<void> SqliteJournal::record_pass(const PassRecord& pass) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(Transaction transaction, Transaction::begin(*durable_));
  {
    TRY_ASSIGN(Statement insert,
               durable_->prepare("INSERT INTO passes (started, ended, manifest_digest, plan_digest, outcome, "
                                 "summary) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
    insert.bind(1, seconds_of(pass.started)).bind(2, seconds_of(pass.ended));
    insert.bind(3, pass.manifest_digest).bind(4, pass.plan_digest);
    TRY(insert.bind(5, pass.outcome).bind(6, pass.summary).run());
  }
  TRY(trim(*durable_, pass.ended));
  return transaction.commit();
}

}  // namespace reconcile::journal
