#pragma once
// What both the writing and the read-only journal ask of a database.

#include "reconciler/journal/database.h"
#include "reconciler/ports/journal.h"

namespace reconcile::journal {

Result<std::optional<Sha256>> read_hash(Database& database, const std::string& name,
                                        const FileIdentity& identity);
Result<JournalView> read_view(Database& database, const std::string& bucket, Instant since);
Result<std::vector<Intent>> read_open_intents(Database& database);
Result<std::vector<PassRecord>> read_passes(Database& database, std::size_t count_max);

inline std::int64_t seconds_of(Instant time) { return time.time_since_epoch().count(); }
inline Instant instant_of(std::int64_t seconds) { return Instant(Seconds(seconds)); }
/// Nothing unless 32 bytes.
std::optional<Sha256> digest_of(const ByteVector& bytes);

}  // namespace reconcile::journal
