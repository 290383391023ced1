#pragma once
// Fetches indexes and their parts from the bucket, each compared with what names it.

#include <optional>
#include <vector>

#include "reconciler/model/index.h"
#include "reconciler/ports/object_store.h"
#include "reconciler/ports/signer.h"

namespace reconcile {

struct LoadedIndex {
  IndexFile file;
  bool well_signed = false;  ///< by the account's hotkey; false also when nobody could check
  /// The root is whole, and a part that it names is missing or holds other bytes: what the part named is
  /// unknown. `file.index.objects` is then incomplete and must not be used.
  std::optional<Error> damage;
};

/// kNotFound, kCorrupt: certainly no index under this key (also when the key holds another hash than the
/// bytes have). Anything else: unknown. With `at_once` above 1, get() of the store is called from as many
/// threads.
Result<LoadedIndex> load_index(ObjectReader& store, const ObjectKey& key, SignatureChecker* checker,
                               const Account& account, std::size_t at_once = 1);

/// The index was made for this slot.
bool made_for(const Account& account, const IndexFile& file);

/// Every numbered index whose number is at least `seq`, in order. The numbers sort before everything else
/// that this program keeps beside them, so that one page is enough however many parts there are.
Result<std::vector<ListedObject>> list_indexes(ObjectReader& store, std::uint64_t seq);

}  // namespace reconcile
