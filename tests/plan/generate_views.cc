// The same observation told otherwise: in another order, or with less of it known.

#include "tests/plan/generate.h"
#include <algorithm>

#include <rapidcheck.h>

namespace reconcile::laws {
namespace {

template <class T>
void shuffle(std::vector<T>& values) {
  for (std::size_t at = values.size(); at > 1; --at)
    std::swap(values[at - 1], values[*rc::gen::inRange<std::size_t>(0, at)]);
}

const Error kPassing{Fault::kTransient, "the connection was reset", "the next pass looks again"};

template <class T>
Observation<T> unreadable() {
  return Unreadable{kPassing};
}

/// Nothing, or the part before an error.
template <class T>
Observation<std::vector<T>> first_part(const Observation<std::vector<T>>& whole) {
  const auto* all = if_complete(whole);
  if (!all || *rc::gen::arbitrary<bool>()) return Unreadable{kPassing};
  std::vector<T> part = *all;
  part.erase(part.begin() + static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, part.size() + 1)),
             part.end());
  return Partial<std::vector<T>>{std::move(part), kPassing};
}

}  // namespace

Desired shuffled(Desired desired) {
  shuffle(desired.bucket.lifecycle.rules);
  shuffle(desired.buffer.include);
  shuffle(desired.buffer.compress);
  shuffle(desired.protect);
  return desired;
}

Observed shuffled(Observed observed) {
  if (auto* document = std::get_if<Complete<LifecycleDocument>>(&observed.lifecycle))
    shuffle(document->value.rules);
  shuffle(observed.unfinished);
  return observed;
}

Observed less_known(Observed observed, int which) {
  switch (which) {
    case 0:
      observed.bucket_exists = unreadable<bool>();
      break;
    case 1:
      observed.lifecycle = unreadable<LifecycleDocument>();
      break;
    case 2:
      observed.objects = first_part(observed.objects);
      break;
    case 3:
      observed.indexes = first_part(observed.indexes);
      break;
    case 4: {
      BufferScan scan = *if_complete(observed.buffer);
      const auto all = Observation<std::vector<BufferFile>>(Complete<std::vector<BufferFile>>{scan.files});
      const auto part = first_part(all);
      observed.buffer = unreadable<BufferScan>();
      if (const auto* files = if_any(part)) observed.buffer = Partial<BufferScan>{{*files}, kPassing};
      break;
    }
    case 5:  // then nobody can say which index is committed either
      observed.chain = unreadable<ChainView>();
      observed.commitment = NoCommitment{};
      if (observed.base_index_committed || observed.lost_index)
        observed.base_index = unreadable<std::optional<IndexFile>>();
      observed.base_index_committed = false;
      observed.lost_index.reset();
      observed.pending_index.reset();
      observed.unfinished.clear();
      observed.stale_pointer.reset();
      break;
    case 6:
      observed.base_index = unreadable<std::optional<IndexFile>>();
      observed.base_index_committed = false;
      observed.pending_index.reset();
      observed.unfinished.clear();
      break;
    case 7:
      observed.journal.known = false;
      observed.journal.deleted_objects = 0;
      observed.journal.deleted_bytes = Bytes(0);
      observed.journal.own_rules.clear();
      break;
    default:
      if (observed.heads.empty()) break;
      auto head = observed.heads.begin();
      std::advance(head,
                   *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(observed.heads.size())));
      observed.head_errors.emplace(head->first, kPassing);
      observed.heads.erase(head);
  }
  return observed;
}

}  // namespace reconcile::laws
