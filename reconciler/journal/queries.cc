#include "reconciler/journal/queries.h"

#include <algorithm>
#include <limits>

namespace reconcile::journal {

std::optional<Sha256> digest_of(const ByteVector& bytes) {
  std::array<std::uint8_t, 32> digest;
  if (bytes.size() != digest.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return Sha256(digest);
}

Result<std::optional<Sha256>> read_hash(Database& database, const std::string& name,
                                        const FileIdentity& identity) {
  TRY_ASSIGN(Statement find, database.prepare("SELECT sha256 FROM hash_cache WHERE name = ?1 AND device = ?2 "
                                              "AND inode = ?3 AND size = ?4 AND mtime_ns = ?5"));
  find.bind(1, name).bind(2, identity.device).bind(3, identity.inode);
  find.bind(4, identity.size.get()).bind(5, identity.mtime_ns);
  TRY_ASSIGN(const bool row, find.step());
  if (!row) return std::nullopt;
  return digest_of(find.bytes(0));
}

namespace {

Result<std::set<std::string>> words_of(Database& database, const char* query, const std::string& bucket) {
  TRY_ASSIGN(Statement find, database.prepare(query));
  find.bind(1, bucket);
  std::set<std::string> out;
  for (;;) {
    TRY_ASSIGN(const bool row, find.step());
    if (!row) return out;
    out.insert(find.text(0));
  }
}

}  // namespace

Result<JournalView> read_view(Database& database, const std::string& bucket, Instant since) {
  JournalView view;
  TRY_ASSIGN(Statement sum,
             database.prepare("SELECT count(*), coalesce(sum(size), 0) FROM deletions WHERE at >= ?1"));
  sum.bind(1, seconds_of(since));
  TRY(sum.step());
  view.deleted_objects = static_cast<std::uint64_t>(sum.number(0));
  view.deleted_bytes = Bytes(static_cast<std::uint64_t>(sum.number(1)));
  TRY_ASSIGN(view.own_rules, words_of(database, "SELECT rule FROM own_rules WHERE bucket = ?1", bucket));
  TRY_ASSIGN(const std::int64_t version, database.number("PRAGMA user_version"));
  if (version < 3) return view;  // read before any writer of this version came by
  TRY_ASSIGN(view.protect, words_of(database, "SELECT pattern FROM protect WHERE bucket = ?1", bucket));
  TRY_ASSIGN(view.marked_buffers,
             words_of(database, "SELECT path FROM marked_buffers WHERE bucket = ?1", bucket));
  return view;
}

Result<std::vector<Intent>> read_open_intents(Database& database) {
  TRY_ASSIGN(Statement find, database.prepare("SELECT id, address, detail, started FROM intents "
                                              "WHERE finished IS NULL ORDER BY id"));
  std::vector<Intent> intents;
  for (;;) {
    TRY_ASSIGN(const bool row, find.step());
    if (!row) return intents;
    intents.push_back({find.number(0), find.text(1), find.text(2), instant_of(find.number(3))});
  }
}

Result<std::vector<PassRecord>> read_passes(Database& database, std::size_t count_max) {
  TRY_ASSIGN(Statement find,
             database.prepare("SELECT id, started, ended, manifest_digest, plan_digest, outcome, "
                              "summary FROM passes ORDER BY id DESC LIMIT ?1"));
  find.bind(1, static_cast<std::int64_t>(
                   std::min<std::size_t>(count_max, std::numeric_limits<std::int32_t>::max())));
  std::vector<PassRecord> passes;
  for (;;) {
    TRY_ASSIGN(const bool row, find.step());
    if (!row) return passes;
    passes.push_back({find.number(0), instant_of(find.number(1)), instant_of(find.number(2)), find.text(3),
                      find.text(4), find.text(5), find.text(6)});
  }
}

}  // namespace reconcile::journal
