#pragma once
// The runtime that is in force at a block: its version, and its metadata, fetched anew only when it moved.

#include <cstdint>
#include <optional>

#include "reconciler/chain/account.h"
#include "reconciler/chain/metadata/metadata.h"
#include "reconciler/chain/rpc/rpc.h"

namespace reconcile::chain {

struct RuntimeVersion {
  std::uint32_t spec = 0;
  std::uint32_t transaction = 0;
  friend bool operator==(const RuntimeVersion&, const RuntimeVersion&) = default;
};

struct Runtime {
  RuntimeVersion version;
  Metadata metadata;
};

/// One thread at a time.
class RuntimeCache {
 public:
  /// `rpc` must outlive it.
  explicit RuntimeCache(Rpc& rpc) : rpc_(rpc) {}

  /// One question when the runtime is the one of last time. kUnsupported: metadata of another version than
  /// V14, or a chain without pallet Commitments.
  Result<Runtime> at(const BlockHash& block);

 private:
  Rpc& rpc_;
  std::optional<Runtime> last_;
};

}  // namespace reconcile::chain
