#pragma once
// The journal's tables, and how older files become newer ones.

#include "reconciler/journal/database.h"

namespace reconcile::journal {

/// "rec1": marks the file as a journal of ours (PRAGMA application_id).
inline constexpr std::int64_t kApplicationId = 0x72656331;

/// What is kept at most. A hash that falls out is computed again; finished intents and passes are history.
inline constexpr std::int64_t kHashesMax = 500'000;
inline constexpr std::int64_t kFinishedIntentsMax = 10'000;
inline constexpr std::int64_t kPassesMax = 1'000;
/// Far beyond any window of the guards.
inline constexpr std::int64_t kDeletionsKeptSeconds = 400 * 86'400;

/// The newest schema this program knows: the number of migrations.
std::int64_t schema_version_max();

/// 0: an empty file. kUnsupported: newer than this program. kInvalidInput: another program's database.
Result<std::int64_t> check_schema(Database& database, const Path& shown);

/// Brings an older or empty file up to date, in one transaction.
Result<void> migrate(Database& database, const Path& shown);

}  // namespace reconcile::journal
