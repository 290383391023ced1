#include "reconciler/engine/list_objects.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <thread>

#include "reconciler/model/lease.h"

namespace reconcile {
namespace {

/// A range whose keys are more than expected should not hold up all the others.
constexpr std::size_t kRangesPerThread = 4;

void keep(std::vector<ListedObject>&& page, std::vector<ListedObject>& objects) {
  std::copy_if(std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()),
               std::back_inserter(objects),
               [](const ListedObject& object) { return !object.key.get().starts_with(kOwnPrefix); });
}

}  // namespace

/// Puts ranges together as they end, in their order, so that little is held twice.
class ObjectLister::InOrder {
 public:
  explicit InOrder(std::size_t expected) { objects_.reserve(expected); }

  /// One thread at a time.
  void take(Range& range) {
    std::move(range.objects.begin(), range.objects.end(), std::back_inserter(objects_));
    std::vector<ListedObject>().swap(range.objects);  // `= {}` would keep its memory
    if (range.error && !error_) error_ = range.error;
    any_ = any_ || range.any;
  }
  /// All that have ended, up to the first that has not.
  void take_ended(std::vector<Range>& ranges, Range& just_ended) {
    const std::scoped_lock lock(mutex_);
    just_ended.ended = true;
    while (next_ < ranges.size() && ranges[next_].ended) take(ranges[next_++]);
  }
  /// What stands behind a range that nobody listed.
  void take_rest(std::vector<Range>& ranges) {
    while (next_ < ranges.size()) take(ranges[next_++]);
  }

  Observation<std::vector<ListedObject>> result() {
    if (!error_) return Complete<std::vector<ListedObject>>{std::move(objects_)};
    if (!any_) return Unreadable{*error_};
    return Partial<std::vector<ListedObject>>{std::move(objects_), *error_};
  }

 private:
  std::vector<ListedObject> objects_;
  std::optional<Error> error_;
  bool any_ = false;
  std::mutex mutex_;
  std::size_t next_ = 0;
};

void ObjectLister::start() {
  const Result<void> listed = store_.list(prefix_, "", [&](std::vector<ListedObject>&& page) {
    first_.any = true;
    if (!page.empty()) last_ = page.back().key.get();
    keep(std::move(page), first_.objects);
    more_follow_ = parallelism_ > 1 && first_.objects.size() >= kSerialObjects;
    return !more_follow_;
  });
  if (!listed) first_.error = listed.error();
}

Observation<std::vector<ListedObject>> ObjectLister::finish(const std::vector<IndexEntry>& expected) {
  // Memory that is reserved and not written to costs nothing; some more than the index names is usual.
  InOrder all(more_follow_ ? expected.size() + expected.size() / 16 + kSerialObjects : first_.objects.size());
  all.take(first_);
  if (!more_follow_) return all.result();
  std::vector<Range> ranges = ranges_of(expected);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (std::size_t at = next++; at < ranges.size() && !failed; at = next++) {
      list(ranges[at]);
      if (ranges[at].error) failed = true;
      all.take_ended(ranges, ranges[at]);
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min(parallelism_, ranges.size()); ++i) threads.emplace_back(work);
  work();
  threads.clear();
  all.take_rest(ranges);
  return all.result();
}

std::vector<ObjectLister::Range> ObjectLister::ranges_of(const std::vector<IndexEntry>& expected) const {
  const auto first =
      std::upper_bound(expected.begin(), expected.end(), last_,
                       [](const std::string& key, const IndexEntry& entry) { return key < entry.key.get(); });
  const auto rest = static_cast<std::size_t>(expected.end() - first);
  const std::size_t step = std::max(kSerialObjects, rest / (parallelism_ * kRangesPerThread) + 1);
  std::vector<Range> out{{last_, ""}};
  for (std::size_t at = step; at < rest; at += step) {
    const std::string& key = (first + static_cast<std::ptrdiff_t>(at))->key.get();
    if (!key.starts_with(prefix_) || key <= out.back().after) continue;
    out.back().until = key;
    out.push_back({key, ""});
  }
  return out;
}

void ObjectLister::list(Range& range) const {
  const Result<void> listed = store_.list(prefix_, range.after, [&](std::vector<ListedObject>&& page) {
    range.any = true;
    bool more = true;
    if (!range.until.empty()) {
      const auto end = std::find_if(page.begin(), page.end(), [&](const ListedObject& object) {
        return object.key.get() > range.until;
      });
      more = end == page.end() && (page.empty() || page.back().key.get() != range.until);
      page.erase(end, page.end());
    }
    keep(std::move(page), range.objects);
    return more;
  });
  if (!listed) range.error = listed.error();
}

}  // namespace reconcile
