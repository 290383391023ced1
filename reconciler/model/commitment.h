#pragma once
// The bytes on chain for one (netuid, hotkey).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/bytes.h"
#include "reconciler/base/strong.h"

namespace reconcile {

/// A field that we may write. There is deliberately no way to say ResetBondsFlag: it resets the hotkey's
/// bonds.
struct Field {
  enum class Kind { kRaw, kSha256 };
  Kind kind = Kind::kRaw;
  ByteVector bytes;  ///< kRaw: 0 to 128 bytes; kSha256: exactly 32
  friend bool operator==(const Field&, const Field&) = default;
};

/// What we want on chain: 1 to 3 fields (Commitments.MaxFields).
struct Commitment {
  std::vector<Field> fields;
  friend bool operator==(const Commitment&, const Commitment&) = default;
};

/// A field as it stands on chain, by whomever: any variant, also one this program does not know.
struct StoredField {
  std::string variant;  ///< "Raw", "Sha256", "BigRaw", "TimelockEncrypted", "ResetBondsFlag", "None", … or
                        ///< "unreadable"
  ByteVector bytes;
  std::optional<std::uint64_t> reveal_round;  ///< TimelockEncrypted only
  friend bool operator==(const StoredField&, const StoredField&) = default;
};

struct StoredCommitment {
  std::vector<StoredField> fields;
  std::uint64_t block = 0;  ///< the block that stored it
  friend bool operator==(const StoredCommitment&, const StoredCommitment&) = default;
};

/// Same fields, same bytes, same order.
bool same_bytes(const Commitment& wanted, const StoredCommitment& stored);

/// Field 0 as text where it is Raw and printable UTF-8, otherwise `Sha256 0x…` and the like; fields joined by
/// " + ".
std::string describe(const StoredCommitment& stored);
std::string describe(const Commitment& wanted);

/// Bytes charged against the epoch budget: max(100, sum of lengths) (pallet Commitments, set_commitment).
std::uint64_t budget_cost(const Commitment& wanted);

/// Who commits where. `hotkey` is the SS58 address on a Substrate chain, any label on the embedded ledger.
struct Account {
  std::uint16_t netuid = 0;
  std::string hotkey;
  friend auto operator<=>(const Account&, const Account&) = default;
};

}  // namespace reconcile
