#pragma once
// From a submitted extrinsic to a certain answer: it is in a finalized block, or it never can be.

#include <chrono>
#include <cstdint>
#include <functional>
#include <variant>

#include "reconciler/chain/extrinsic/extrinsic.h"
#include "reconciler/chain/node/blocks.h"

namespace reconcile::chain {

/// Waits; false when the process is asked to stop.
using Pause = std::function<bool(std::chrono::milliseconds)>;

struct Included {
  BlockRef block;
  std::uint32_t place = 0;  ///< among the block's extrinsics
};
struct Died {
  std::uint64_t block = 0;  ///< the first block that could not include it, finalized
};

struct FollowOptions {
  std::uint64_t first_block = 0;  ///< the first that may include it
  std::uint64_t death = 0;        ///< the first that cannot
  Pause pause;
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  std::chrono::milliseconds poll_max{3'000};
  /// No new finalized block for so long: nobody can tell.
  std::chrono::milliseconds stall_max{600'000};
};

/// Reads every finalized block of its era. Hands the same bytes in again while they are not included: a node
/// may have dropped them, and twice is the same as once. kUnknownOutcome: asked to stop, finality stands
/// still, or no endpoint answered for `stall_max`; the extrinsic may still be included until its era ends.
Result<std::variant<Included, Died>> follow(Rpc& rpc, const SignedExtrinsic& extrinsic,
                                            const FollowOptions& options);

}  // namespace reconcile::chain
