#pragma once
// Many puts proved by one look: a page of a listing names a thousand objects, for a request that costs as
// much as a dozen HEADs.

#include <optional>
#include <vector>

#include "reconciler/engine/proof.h"

namespace reconcile {

/// A put that the store has confirmed.
struct ConfirmedPut {
  ObjectKey key;
  Bytes size;
  Sha256 sha256;
  PutReceipt receipt;
};

/// Lists from the first of `puts` to the last and returns, in their order, what it saw of each. Nothing: not
/// seen, or not as it was put; then the object itself must be asked. It gives up where strangers' keys lie in
/// between by the thousand. An error of the listing is no answer, and no failure.
std::vector<std::optional<VerifiedObject>> seen_in_listing(ObjectReader& store,
                                                           const std::vector<ConfirmedPut>& puts);

}  // namespace reconcile
