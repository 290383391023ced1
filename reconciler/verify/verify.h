#pragma once
// A publisher, judged by somebody who has nothing but what stands on chain and a way to the internet.

#include <cstddef>
#include <functional>
#include <optional>

#include "reconciler/model/commitment.h"
#include "reconciler/ports/signer.h"
#include "reconciler/verify/pointer.h"
#include "reconciler/verify/result.h"
#include "reconciler/verify/source.h"

namespace reconcile::verify {

struct VerifyOptions {
  Expected expected;
  Sampling sampling;
  BlockSeed seed;
  Instant now;
  std::optional<Seconds> age_max;     ///< nothing: ages are told, not judged
  Bytes object_max{5ull << 30};       ///< of an object whose size nobody states: S3's single PUT
  Bytes index_memory_max{32u << 20};  ///< a longer index, or part of one, is hashed but not opened
  std::size_t parallelism = 4;        ///< objects at once
  /// Who signs is told by the hotkey. Null: the network knows no keys, and nothing need be signed.
  SignatureChecker* checker = nullptr;
  std::function<bool()> stopping;  ///< true: what was not begun is not judged; may be empty
};

/// Follows the commitment to the index, its parts and the objects that are to be looked at. Where the list of
/// objects could not be read whole, none of them is judged. `source` is asked from several threads.
/// `stored` null: nothing is committed.
SlotResult verify_slot(const Account& account, const StoredCommitment* stored, const VerifyOptions& options,
                       Source& source);

}  // namespace reconcile::verify
