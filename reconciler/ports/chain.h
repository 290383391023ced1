#pragma once
// The chain that holds one commitment per (netuid, hotkey).

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile {

/// The reading half: never opens a key.
class ChainReader {
 public:
  virtual ~ChainReader() = default;
  /// At the newest finalized block. An error means unknown, never "none".
  virtual Result<ChainView> observe(const Account& account) = 0;
};

/// Where a commitment was finalized.
struct Inclusion {
  std::uint64_t block = 0;
  std::string reference;  ///< extrinsic hash, or whatever identifies the write to a human; may be empty
};

class Chain : public ChainReader {
 public:
  /// Signs, submits and follows until it is finalized or can never be. Not safe to repeat after
  /// kUnknownOutcome: observe first. kTransient promises that it did not and will not happen; kQuota: over
  /// the epoch's byte budget; kDenied: not registered. The caller reads back and compares.
  virtual Result<Inclusion> commit(const Account& account, const Commitment& commitment) = 0;
};

}  // namespace reconcile
