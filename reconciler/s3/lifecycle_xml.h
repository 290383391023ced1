#pragma once
// LifecycleConfiguration to and from the model. Rules that this program does not wholly understand keep
// their own text and are written back to the letter.

#include <string>
#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile::s3 {

/// How a store's read-back differs from what was written.
struct LifecycleDialect {
  /// B2 returns a rule that hides after N days as two: Expiration/Days, and a twin with the same prefix and
  /// Expiration/ExpiredObjectDeleteMarker (Backblaze, "S3 Get Lifecycle Configuration", compatibility notes).
  /// The twin is folded into its sibling: one rule in the model, both texts in `raw`.
  bool marker_twins = false;
};

// S3: at most 1,000 rules a bucket, ids of at most 255 characters (API reference, LifecycleRule).
inline constexpr std::size_t kLifecycleRulesMax = 1000;
inline constexpr std::size_t kLifecycleIdBytesMax = 255;

/// Top-level Prefix, Filter/Prefix and no prefix at all mean the same and come out the same. A rule without
/// an ID is called `unnamed-` and 8 digits of its text's SHA-256. Sorted by id. kCorrupt when it is not a
/// whole LifecycleConfiguration; elements beyond the model make a rule `understood = false`, never an error.
Result<LifecycleDocument> read_lifecycle(std::string_view xml, const LifecycleDialect& dialect = {});

/// Rules with `raw` as they are, the others rendered with Filter/Prefix. kInvalidInput: too many rules, an id
/// empty, too long or used twice, a duration that is not whole days of at least 1, a rule that does nothing,
/// raw text that is no rule.
Result<std::string> write_lifecycle(const LifecycleDocument& document);

}  // namespace reconcile::s3
