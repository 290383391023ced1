#include "reconciler/engine/settled.h"

#include <algorithm>

#include "reconciler/plan/lifecycle.h"

namespace reconcile {

void Swept::remember(const std::vector<ListedObject>& listing, const IndexFile& base, Seconds slack,
                     Instant now) {
  forget();
  const std::vector<IndexEntry>& entries = base.index.objects;
  auto entry = entries.begin();
  const auto pass_missing = [&](const ObjectKey* until) {
    for (; entry != entries.end() && (!until || entry->key < *until); ++entry) missing.push_back(entry->key);
  };
  for (const ListedObject& object : listing) {
    if (odd.size() + missing.size() > kOddMax) return forget();
    if (entries.empty() || object.key < entries.front().key || entries.back().key < object.key) continue;
    pass_missing(&object.key);
    const bool named = entry != entries.end() && entry->key == object.key;
    if (!named || entry->size != object.size || object.modified + slack < entry->time) odd.push_back(object);
    if (named) ++entry;
  }
  pass_missing(nullptr);
  if (odd.size() + missing.size() > kOddMax) return forget();
  index = base.sha256;
  at = now;
}

std::vector<SettledRun> settled_runs(const std::vector<IndexEntry>& entries,
                                     const std::vector<ObjectKey>& touched,
                                     const std::vector<LifecycleRule>& rules, Instant swept,
                                     Instant leaves_after, std::size_t shortest) {
  std::vector<SettledRun> out;
  SettledRun run;
  const auto close = [&](std::size_t next) {
    if (run.end - run.begin >= shortest && run.end > run.begin) out.push_back(run);
    run = {next, next};
  };
  auto touch = touched.begin();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const IndexEntry& entry = entries[i];
    // A key that lies between two entries parts them, and one that is an entry is looked at itself.
    bool between = false;
    for (; touch != touched.end() && *touch < entry.key; ++touch) between = true;
    if (between) close(i);
    const std::optional<Instant> end = expires_at(rules, entry.key, entry.time);
    const bool settled = entry.time < swept && (!end || *end > leaves_after) &&
                         (touch == touched.end() || *touch != entry.key);
    if (settled)
      run.end = i + 1;
    else
      close(i + 1);
  }
  close(entries.size());
  return out;
}

void append_settled(const std::vector<IndexEntry>& entries, const SettledRun& run,
                    const std::vector<ListedObject>& odd, std::vector<ListedObject>& out) {
  const auto before = [](const ListedObject& object, const ObjectKey& key) { return object.key < key; };
  auto other = std::lower_bound(odd.begin(), odd.end(), entries[run.begin].key, before);
  for (std::size_t i = run.begin; i < run.end; ++i) {
    const IndexEntry& entry = entries[i];
    for (; other != odd.end() && other->key < entry.key; ++other) out.push_back(*other);
    if (other != odd.end() && other->key == entry.key)
      out.push_back(*other++);
    else
      out.push_back({entry.key, entry.size, "", entry.time});
  }
}

}  // namespace reconcile
