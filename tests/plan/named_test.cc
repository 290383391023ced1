#include "reconciler/plan/named.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile {
namespace {

ObjectKey key(unsigned number) { return ObjectKey(fmt::format("{:04}", number % 200)); }

std::vector<IndexEntry> rows_of(const std::set<ObjectKey>& keys) {
  std::vector<IndexEntry> out;
  for (const ObjectKey& k : keys) out.push_back({k, Bytes(1), {}, {}, {}});
  return out;
}

RC_GTEST_PROP(Ascending, FindsWhatIsThereInWhateverOrderItIsAsked,
              (const std::vector<unsigned>& there, const std::vector<unsigned>& asked)) {
  std::set<ObjectKey> keys;
  for (const unsigned number : there) keys.insert(key(number));
  const std::vector<IndexEntry> rows = rows_of(keys);
  Ascending<IndexEntry> walk(rows);
  for (const unsigned number : asked) {
    const IndexEntry* found = walk.find(key(number));
    RC_ASSERT((found != nullptr) == keys.contains(key(number)));
    if (found) RC_ASSERT(found->key == key(number));
  }
}

RC_GTEST_PROP(Named, HoldsTheIndexAndWhatWasAdded,
              (const std::vector<unsigned>& index, const std::vector<unsigned>& added)) {
  std::set<ObjectKey> keys;
  for (const unsigned number : index) keys.insert(key(number));
  const std::vector<IndexEntry> rows = rows_of(keys);
  Named named(rows);
  for (const unsigned number : added) {
    named.insert(key(number));
    keys.insert(key(number));
  }
  for (unsigned number = 0; number < 200; ++number)
    RC_ASSERT(named.contains(key(number)) == keys.contains(key(number)));
}

}  // namespace
}  // namespace reconcile
