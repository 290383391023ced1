#pragma once
// What an extrinsic did: System.Events of its block, and the reason when it failed.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/metadata/metadata.h"
#include "reconciler/chain/metadata/value.h"

namespace reconcile::chain {

struct Event {
  std::string pallet;
  std::string name;
  std::vector<Value> fields;
};

/// The events of extrinsic `extrinsic_index` (its place in the block, from 0), in order. `bytes`: the value
/// of System.Events at that block, at most 16 MiB. `metadata` must be of that block's runtime; kCorrupt
/// otherwise.
Result<std::vector<Event>> events_of(const Metadata& metadata, ByteView bytes, std::uint32_t extrinsic_index);

struct DispatchFailure {
  std::string name;  ///< "Commitments.SpaceLimitExceeded", "Token.FundsUnavailable", "BadOrigin"
  std::string docs;  ///< the runtime's own words on it; may be empty
};

/// A decoded DispatchError, named. An error number the metadata does not have is shown as number.
DispatchFailure explain_dispatch_error(const Metadata& metadata, const Value& error);

/// The reason in System.ExtrinsicFailed; nullopt when there is no such event.
std::optional<DispatchFailure> failure_in(const Metadata& metadata, const std::vector<Event>& events);

}  // namespace reconcile::chain
