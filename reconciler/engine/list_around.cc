#include "reconciler/engine/list_around.h"

#include <algorithm>
#include <iterator>

#include "reconciler/model/lease.h"

namespace reconcile {

Observation<std::vector<ListedObject>> list_around(ObjectReader& store, const std::string& prefix,
                                                   const std::vector<IndexEntry>& entries,
                                                   const std::vector<SettledRun>& runs,
                                                   const std::vector<ListedObject>& odd) {
  std::vector<ListedObject> out;
  out.reserve(entries.size());
  std::string after;
  for (std::size_t i = 0; i <= runs.size(); ++i) {
    const ObjectKey* until = i < runs.size() ? &entries[runs[i].begin].key : nullptr;
    const Result<void> listed = store.list(prefix, after, [&](std::vector<ListedObject>&& page) {
      const auto end =
          !until ? page.end() : std::find_if(page.begin(), page.end(), [&](const ListedObject& object) {
            return object.key >= *until;
          });
      const bool more = end == page.end();
      std::copy_if(std::make_move_iterator(page.begin()), std::make_move_iterator(end),
                   std::back_inserter(out),
                   [](const ListedObject& object) { return !object.key.get().starts_with(kOwnPrefix); });
      return more;
    });
    // What comes behind was not looked at, settled or not.
    if (!listed && out.empty()) return Unreadable{listed.error()};
    if (!listed) return Partial<std::vector<ListedObject>>{std::move(out), listed.error()};
    if (!until) break;
    append_settled(entries, runs[i], odd, out);
    after = entries[runs[i].end - 1].key.get();
  }
  return Complete<std::vector<ListedObject>>{std::move(out)};
}

}  // namespace reconcile
