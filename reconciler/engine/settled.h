#pragma once
// What of a bucket need not be listed again in each pass. Listing costs money and time with each thousand
// objects, and nearly all of them are as they were when the whole bucket was listed last.

#include <optional>
#include <vector>

#include "reconciler/model/index.h"
#include "reconciler/model/observed.h"

namespace reconcile {

/// What the continuous mode remembers of the last whole listing, from pass to pass. In memory alone: a new
/// process begins with a whole listing.
struct Swept {
  /// More objects than this that the index does not speak for, and each pass lists the whole bucket.
  static constexpr std::size_t kOddMax = 100'000;

  std::optional<Instant> at{};  ///< unset: nothing is remembered
  Sha256 index;                 ///< the committed index of the last look
  /// Listed objects between its first and its last entry that are not just as it says, sorted by key: of
  /// others, on their way to expiry, of another size, older than their entry.
  std::vector<ListedObject> odd{};
  std::vector<ObjectKey> missing{};  ///< entries of that index whose objects were not listed, sorted

  void forget() { *this = {}; }
  /// A whole listing, taken at `now`; both sorted by key. An object that is older than its entry by no more
  /// than `slack` is as noted. Forgets all where there is more to remember than kOddMax.
  void remember(const std::vector<ListedObject>& listing, const IndexFile& base, Seconds slack, Instant now);
};

/// Entries [begin, end) of an index, taken for listed as they were noted.
struct SettledRun {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const SettledRun&, const SettledRun&) = default;
};

/// Maximal runs of at least `shortest` entries of `entries` (sorted by key) that were put before `swept` and
/// do not leave the index before `leaves_after` by any of `rules`. None spans one of `touched` (sorted): keys
/// that this pass has to look at.
std::vector<SettledRun> settled_runs(const std::vector<IndexEntry>& entries,
                                     const std::vector<ObjectKey>& touched,
                                     const std::vector<LifecycleRule>& rules, Instant swept,
                                     Instant leaves_after, std::size_t shortest);

/// The objects of a run as they were last listed: as noted, and `odd` ones between its ends as remembered.
void append_settled(const std::vector<IndexEntry>& entries, const SettledRun& run,
                    const std::vector<ListedObject>& odd, std::vector<ListedObject>& out);

}  // namespace reconcile
