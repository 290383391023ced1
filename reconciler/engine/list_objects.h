#pragma once
// The listing of all objects. Pages follow each other one answer at a time, so a large bucket is listed in
// ranges side by side as soon as an index tells where its keys lie.

#include <string>
#include <vector>

#include "reconciler/ports/object_store.h"

namespace reconcile {

class ObjectLister {
 public:
  /// So many objects come page after page in any case: below, ranges would cost more requests than they save
  /// time. Also what a range is expected to hold at least.
  static constexpr std::size_t kSerialObjects = 4000;

  /// With `parallelism` above 1, list() of the store is called from as many threads.
  ObjectLister(ObjectReader& store, std::string prefix, std::size_t parallelism)
      : store_(store), prefix_(std::move(prefix)), parallelism_(parallelism) {}

  /// The first pages. A small bucket is listed whole by this alone.
  void start();
  /// The rest, in ranges between some of `expected`, which are sorted by key. Whatever they are, each key of
  /// the bucket lies in exactly one range: they decide how fast it goes, never what is found.
  Observation<std::vector<ListedObject>> finish(const std::vector<IndexEntry>& expected);

 private:
  /// Keys above `after` up to `until`; empty: to the end.
  struct Range {
    std::string after, until;
    std::vector<ListedObject> objects{};
    std::optional<Error> error{};
    bool any = false;
    bool ended = false;
  };
  class InOrder;

  std::vector<Range> ranges_of(const std::vector<IndexEntry>& expected) const;
  void list(Range& range) const;

  ObjectReader& store_;
  std::string prefix_;
  std::size_t parallelism_;
  Range first_{"", ""};       ///< the first pages
  std::string last_;          ///< the last key of the first pages
  bool more_follow_ = false;  ///< the first pages were ended by us
};

}  // namespace reconcile
