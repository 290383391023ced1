#pragma once
// What a month costs: a pure function of how much there is, how this program works, and one price table.

#include <optional>
#include <vector>

#include "reconciler/model/cost.h"
#include "reconciler/model/desired.h"
#include "reconciler/model/observed.h"
#include "reconciler/model/volume.h"

namespace reconcile {

/// How this program works on a bucket.
struct Habits {
  Seconds cadence{1200};          ///< 0: there are no passes, and all requests are the volume's own
  Seconds resync{6 * 3600};       ///< from one whole listing to the next; 0: each pass makes one
  Seconds expiry_margin{86'400};  ///< so long before its end an object leaves the index
  bool index = true;
  bool lease = true;              ///< kept in the bucket
  bool looks_before_put = false;  ///< the store has no conditional writes: a HEAD goes before each put
  std::size_t index_inline_max = kIndexInlineMax;
  Bytes multipart_above{64ull << 20};  ///< as s3::S3Options has it
  Bytes part_size{8ull << 20};         ///< likewise
  friend bool operator==(const Habits&, const Habits&) = default;
};

/// A month of 30 days. Free tiers are used up in the order of the items. More that is stored or fetched never
/// costs less; more puts may, where a pass then verifies them by one listing. Amounts and counts beyond their
/// types are the largest values.
CostEstimate estimate_cost(const Volume& volume, const Habits& habits, const PriceTable& prices);

/// `conditional`: the store takes conditional writes.
Habits habits_of(const Desired& desired, bool conditional);

/// How long `rules` let an object of this publication live; nothing: for ever.
std::optional<Seconds> retention_of(const Desired& desired, const std::vector<LifecycleRule>& rules);

/// By the listing, its last week at most, and the buffer. What readers fetch is in neither, and 0. Nothing
/// where the bucket was not listed whole.
std::optional<Volume> volume_of(const Desired& desired, const Observed& observed);

/// Where objects go at all: what there would be if they went after `retention`.
Volume kept_for(const Volume& volume, Seconds retention);

/// What `readers` fetch who take each new object, and the index behind each new commitment, once.
Volume read_by(Volume volume, const Habits& habits, std::uint64_t readers);

/// Nothing: no price list, or the bucket was not listed whole.
std::optional<CostEstimate> cost_of(const Desired& desired, const Observed& observed);

}  // namespace reconcile
