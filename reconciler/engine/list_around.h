#pragma once
// A listing that leaves out what is settled.

#include "reconciler/engine/settled.h"
#include "reconciler/ports/object_store.h"

namespace reconcile {

/// Lists what lies before, between and behind `runs` of `entries`, which is asked of the bucket, and adds the
/// runs as they were last listed. One request for each gap at least. As a whole listing: sorted by key, the
/// program's own objects left out, and Partial or Unreadable where a request failed.
Observation<std::vector<ListedObject>> list_around(ObjectReader& store, const std::string& prefix,
                                                   const std::vector<IndexEntry>& entries,
                                                   const std::vector<SettledRun>& runs,
                                                   const std::vector<ListedObject>& odd);

}  // namespace reconcile
