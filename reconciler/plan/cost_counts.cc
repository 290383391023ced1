#include "reconciler/plan/cost_counts.h"

#include <algorithm>
#include <limits>

namespace reconcile {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t narrow(Wide wide) { return wide > kMost ? kMost : static_cast<std::uint64_t>(wide); }
std::uint64_t up(std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

std::uint64_t puts_for_one(const Volume& volume, const Habits& habits) {
  if (volume.puts_per_day == 0) return 1;
  const std::uint64_t mean = up(volume.bytes_per_day.get(), volume.puts_per_day);
  if (mean <= habits.multipart_above.get()) return 1;
  return 2 + up(mean, habits.part_size.get());  // create, the parts, complete
}

std::uint64_t parts_of(const Volume& volume, const Habits& habits) {
  if (!habits.index || volume.objects <= habits.index_inline_max) return 0;
  return volume.puts_per_day == 0 ? 1 : up(volume.objects, volume.puts_per_day);  // one a day
}

/// Loose is what was put since the whole listing, and what is on its way out: it leaves the index soon, or
/// has left and is not deleted yet. That lies at both ends of the keys, where these begin with the day.
std::uint64_t pages_between(const Volume& volume, const Habits& habits, std::uint64_t whole) {
  if (!habits.index || habits.resync <= Seconds(0)) return whole;
  const Seconds time = habits.resync + (volume.retention ? habits.expiry_margin + habits.resync : Seconds(0));
  const std::uint64_t loose =
      share(volume.puts_per_day, static_cast<std::uint64_t>(time.count()), kDaySeconds);
  if (volume.objects < plus(loose, kSettledMin)) return whole;
  return std::min(whole, plus(2, up(loose, kPageKeys)));
}

}  // namespace

std::uint64_t times(std::uint64_t a, std::uint64_t b) { return narrow(static_cast<Wide>(a) * b); }
std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a > kMost - b ? kMost : a + b; }
std::uint64_t share(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  return narrow(static_cast<Wide>(a) * b / c);
}

MonthlyRequests requests_of(const Volume& volume, const Habits& habits) {
  MonthlyRequests out;
  const std::uint64_t puts = times(volume.puts_per_day, kMonthDays);
  out.uploads = times(puts, puts_for_one(volume, habits));
  if (volume.retention) out.deletes = puts;
  if (habits.cadence <= Seconds(0)) return out;

  out.passes = std::max<std::uint64_t>(
      1, kMonthDays * kDaySeconds / static_cast<std::uint64_t>(habits.cadence.count()));
  out.working = std::min(out.passes, puts);
  out.observations = out.passes + out.working;
  out.pages = std::max<std::uint64_t>(1, up(volume.objects, kPageKeys));
  out.index_parts = parts_of(volume, habits);

  const std::uint64_t index = habits.index ? 1 : 0;
  out.pages_between = pages_between(volume, habits, out.pages);
  const std::uint64_t whole =
      habits.resync <= Seconds(0)
          ? out.observations
          : std::min(out.observations,
                     up(kMonthDays * kDaySeconds, static_cast<std::uint64_t>(habits.resync.count())));
  out.listings = plus(times(whole, plus(out.pages, index)),
                      times(out.observations - whole, plus(out.pages_between, index)));
  out.looks = times(out.observations, 2);
  out.record_reads = times(out.observations, index + out.index_parts);
  if (habits.looks_before_put) out.looks_before_put = puts;
  if (out.working == 0) return out;

  const std::uint64_t files = up(puts, out.working);
  out.verified_by_listing = files >= kSeenTogether;
  out.verification = out.verified_by_listing ? times(out.working, up(files, kPageKeys)) : puts;
  if (habits.index) {
    // Each is put, seen by HEAD twice, and fetched as readers do, the root once more before it is committed.
    // Of the parts, the day that is now and the one that objects leave; those that did not change are seen by
    // HEAD.
    const std::uint64_t changed = std::min<std::uint64_t>(out.index_parts, volume.retention ? 2 : 1);
    out.record_writes = times(out.working, 1 + changed);
    out.record_reads =
        plus(out.record_reads, times(out.working, 4 + 3 * changed + (out.index_parts - changed)));
  }
  if (habits.lease) {  // read, taken, given back
    out.record_writes = plus(out.record_writes, times(out.working, 2));
    out.record_reads = plus(out.record_reads, out.working);
  }
  return out;
}

}  // namespace reconcile
