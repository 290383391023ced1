#pragma once
// Sets of keys that are as large as the bucket, without a copy of it: what is sorted by key already is
// searched where it stands.

#include <algorithm>
#include <set>
#include <span>
#include <vector>

#include "reconciler/model/observed.h"

namespace reconcile {

/// Finds by key in rows sorted by key, of which it is asked in ascending order: a few steps from where it
/// stands. Asked for a smaller key it starts again. The rows must outlive it.
template <class Row>
class Ascending {
 public:
  explicit Ascending(std::span<const Row> rows) : rows_(rows) {}

  const Row* find(const ObjectKey& key) {
    if (at_ > 0 && key <= rows_[at_ - 1].key) at_ = 0;
    std::size_t step = 1;
    while (at_ + step <= rows_.size() && rows_[at_ + step - 1].key < key) {
      at_ += step;
      step *= 2;
    }
    const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(std::min(at_ + step, rows_.size()));
    const auto found =
        std::lower_bound(rows_.begin() + static_cast<std::ptrdiff_t>(at_), end, key,
                         [](const Row& row, const ObjectKey& other) { return row.key < other; });
    at_ = static_cast<std::size_t>(found - rows_.begin());
    return at_ < rows_.size() && rows_[at_].key == key ? &rows_[at_] : nullptr;
  }

 private:
  std::span<const Row> rows_;
  std::size_t at_ = 0;  ///< every row before it is smaller than what was asked last
};

/// Keys that nothing may delete: those of an index, and a few more. The index must outlive it.
class Named {
 public:
  Named() : walk_({}) {}
  explicit Named(std::span<const IndexEntry> index) : walk_(index) {}

  void insert(const ObjectKey& key) {
    if (!walk_.find(key)) others_.insert(key);
  }
  /// Fast when asked in ascending order.
  bool contains(const ObjectKey& key) const { return walk_.find(key) || others_.contains(key); }

 private:
  mutable Ascending<IndexEntry> walk_;
  std::set<ObjectKey> others_;
};

/// The entries that a commitment covers: an index's, which must outlive this, or one.
class CoveredEntries {
 public:
  CoveredEntries() = default;
  explicit CoveredEntries(IndexEntry one) : one_{std::move(one)} {}
  explicit CoveredEntries(const Index& index) : index_(&index) {}

  /// Sorted by key.
  const std::vector<IndexEntry>& entries() const { return index_ ? index_->objects : one_; }
  const IndexEntry* find(const ObjectKey& key) const { return Ascending<IndexEntry>(entries()).find(key); }

 private:
  std::vector<IndexEntry> one_;
  const Index* index_ = nullptr;
};

}  // namespace reconcile
