#pragma once
// The chain's state at one block: keys are noted first, then fetched in one question, then decoded.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reconciler/chain/metadata/value.h"
#include "reconciler/chain/node/runtime.h"

namespace reconcile::chain {

/// A SCALE-encoded part of a key.
ByteVector key_part(std::uint16_t netuid);
ByteVector key_part(const AccountId& account);

class State {
 public:
  State(Rpc& rpc, const Metadata& metadata, const BlockHash& block)
      : rpc_(rpc), metadata_(metadata), block_(block) {}

  /// Where an entry lies; nullopt where this runtime has no such entry. Other failures as storage_key.
  using Slot = std::optional<ByteVector>;
  Result<Slot> want(std::string_view pallet, std::string_view entry, std::span<const ByteVector> parts = {});

  /// Fetches all that is wanted: one question for 256 keys.
  Result<void> fetch();

  /// What lies in a fetched slot; nullopt when nothing does.
  std::optional<ByteVector> bytes(const Slot& slot) const;

  /// An unsigned integer of up to 64 bits; the metadata's default where nothing is stored, and `absent` where
  /// the runtime has no such entry or no default. kCorrupt when the bytes are no integer.
  Result<std::uint64_t> integer(std::string_view pallet, std::string_view entry, const Slot& slot,
                                std::uint64_t absent) const;

  /// Decoded by the metadata; nullopt when nothing is stored.
  Result<std::optional<Value>> value(std::string_view pallet, std::string_view entry, const Slot& slot) const;

 private:
  Rpc& rpc_;
  const Metadata& metadata_;
  BlockHash block_;
  std::vector<std::string> wanted_;            // hex
  std::map<std::string, ByteVector> fetched_;  // hex of the key
};

/// state_queryStorageAt for these keys (hex), asked in chunks: what is stored, by key. A key that is missing
/// from the answer is kCorrupt: missing is not the same as empty.
Result<std::map<std::string, ByteVector>> storage_at(Rpc& rpc, const std::vector<std::string>& keys,
                                                     const BlockHash& block);

}  // namespace reconcile::chain
