#include "reconciler/engine/list_objects.h"

#include <algorithm>
#include <atomic>
#include <iterator>
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

void ObjectLister::start() {
  Range first;
  const Result<void> listed = store_.list(prefix_, "", [&](std::vector<ListedObject>&& page) {
    first.any = true;
    if (!page.empty()) last_ = page.back().key.get();
    keep(std::move(page), first.objects);
    more_follow_ = parallelism_ > 1 && first.objects.size() >= kSerialObjects;
    return !more_follow_;
  });
  if (!listed) first.error = listed.error();
  done_.push_back(std::move(first));
}

Observation<std::vector<ListedObject>> ObjectLister::finish(const std::vector<IndexEntry>& expected) {
  if (more_follow_) {
    std::vector<Range> ranges = ranges_of(expected);
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    const auto work = [&] {
      for (std::size_t at = next++; at < ranges.size() && !failed; at = next++) {
        list(ranges[at]);
        if (ranges[at].error) failed = true;
      }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(parallelism_, ranges.size()); ++i) threads.emplace_back(work);
    work();
    threads.clear();
    std::move(ranges.begin(), ranges.end(), std::back_inserter(done_));
  }
  std::size_t count = 0;
  for (const Range& range : done_) count += range.objects.size();
  std::vector<ListedObject> objects;
  objects.reserve(count);
  const Error* error = nullptr;
  bool any = false;
  for (Range& range : done_) {
    std::move(range.objects.begin(), range.objects.end(), std::back_inserter(objects));
    std::vector<ListedObject>().swap(range.objects);  // `= {}` would keep its memory
    if (range.error && !error) error = &*range.error;
    any = any || range.any;
  }
  if (!error) return Complete<std::vector<ListedObject>>{std::move(objects)};
  if (!any) return Unreadable{*error};
  return Partial<std::vector<ListedObject>>{std::move(objects), *error};
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
