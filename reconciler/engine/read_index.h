#pragma once
// Finds the index that the next one follows: the committed one, else the newest of ours in the bucket.

#include "reconciler/model/observed.h"
#include "reconciler/ports/object_store.h"
#include "reconciler/ports/signer.h"

namespace reconcile {

/// Fills indexes, base_index, base_index_committed, pending_index, unfinished and lost_index from
/// `observed`'s commitment and the bucket. A commitment that looks like ours but leads to no index of ours
/// becomes a foreign one. `at_once` as load_index has it.
void read_index(const Desired& desired, ObjectReader& store, Observed& observed, std::size_t at_once = 1);

/// The same for strategy static-pointer, and stale_pointer: there the newest validly signed index counts, and
/// the pointer is a copy of it. `checker` is null where the network has no keys; then nothing need be signed.
void read_pointed_index(ObjectReader& store, SignatureChecker* checker, Observed& observed,
                        std::size_t at_once = 1);

}  // namespace reconcile
