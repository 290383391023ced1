#pragma once
// Finds the index that the next one follows: the committed one, else the newest of ours in the bucket.

#include "reconciler/model/observed.h"
#include "reconciler/ports/object_store.h"

namespace reconcile {

/// Fills base_index, base_index_committed and pending_index from `observed`'s commitment and listing of
/// indexes. A commitment that looks like ours but whose index is not in our bucket becomes a foreign one.
void read_index(const Desired& desired, ObjectReader& store, Observed& observed);

}  // namespace reconcile
