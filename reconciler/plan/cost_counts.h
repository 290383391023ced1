#pragma once
// How many requests of which kind this program makes in a month.

#include "reconciler/plan/cost.h"

namespace reconcile {

inline constexpr std::uint64_t kMonthDays = 30;
inline constexpr std::uint64_t kDaySeconds = 86'400;
inline constexpr std::uint64_t kPageKeys = 1000;    ///< S3 ListObjectsV2: at most 1,000 keys
inline constexpr std::uint64_t kSettledMin = 2000;  ///< fewer settled objects are listed all the same
inline constexpr std::uint64_t kSeenTogether = 16;  ///< so many uploads of a pass are verified by one listing

/// Saturate at the type's largest value.
std::uint64_t times(std::uint64_t a, std::uint64_t b);
std::uint64_t plus(std::uint64_t a, std::uint64_t b);
/// `a` * `b` / `c`, rounded down; saturates. `c` > 0.
std::uint64_t share(std::uint64_t a, std::uint64_t b, std::uint64_t c);

struct MonthlyRequests {
  std::uint64_t passes = 0;
  std::uint64_t working = 0;        ///< of them: those with something to upload
  std::uint64_t observations = 0;   ///< a pass with something to do looks again at its end
  std::uint64_t pages = 0;          ///< of a whole listing
  std::uint64_t pages_between = 0;  ///< of one that leaves out what is settled
  std::uint64_t index_parts = 0;    ///< beside the root
  std::uint64_t uploads = 0;        ///< puts, in parts where they are large
  std::uint64_t deletes = 0;
  std::uint64_t listings = 0;
  std::uint64_t looks = 0;  ///< HeadBucket, GetBucketLifecycleConfiguration
  std::uint64_t verification = 0;
  bool verified_by_listing = false;  ///< else by HEAD
  std::uint64_t looks_before_put = 0;
  std::uint64_t record_writes = 0;  ///< index and lease
  std::uint64_t record_reads = 0;
};
MonthlyRequests requests_of(const Volume& volume, const Habits& habits);

}  // namespace reconcile
