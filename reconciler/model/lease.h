#pragma once
// A lease: who may write to a slot from which machine, as a small document in the bucket. Values and
// decisions; ports/lease.h stores it. All times are of the store's clock, so that no machine's wrong clock
// counts.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

/// What this program keeps for itself in a bucket; neither data nor index, and never listed as such.
inline constexpr const char* kOwnPrefix = ".reconcile/";

/// User metadata of an index that was written under a lease: its token. The header is x-amz-meta-lease-token.
inline constexpr const char* kLeaseTokenMetadata = "lease_token";

/// How long a lease lasts without being renewed: longer than a commitment takes to become
/// final, and as long as a machine that went away keeps others waiting.
inline constexpr Seconds kLeaseTtl{15 * 60};
/// A written document has some 300 bytes.
inline constexpr Bytes kLeaseBytesMax{16u << 10};

struct LeaseHolder {
  std::string host;  ///< for people
  std::uint64_t pid = 0;
  std::string run;  ///< random, one a process: what tells holders apart
  std::string
      kernel;  ///< equal only within one boot and one process table: there a missing pid is a dead process
  friend bool operator==(const LeaseHolder&, const LeaseHolder&) = default;
};

struct LeaseDocument {
  LeaseHolder holder;
  std::uint64_t token = 0;  ///< grows with each change of holder, also over a lease that was deleted
  Instant acquired;
  Instant expires;  ///< not after `acquired`: given back
  friend bool operator==(const LeaseDocument&, const LeaseDocument&) = default;
};

/// `.reconcile/lease-<first 16 hex digits of the SHA-256 of the slot's name>.json`.
ObjectKey lease_key(const std::string& slot);

std::string print_lease(const LeaseDocument& lease);
/// kCorrupt: not a lease, or with text in it that no terminal should be shown. Members that are not known are
/// skipped.
Result<LeaseDocument> parse_lease(const std::string& text);

/// "process 4711 on miner-2".
std::string describe(const LeaseHolder& holder);

/// A lease as it was read.
struct SeenLease {
  std::optional<LeaseDocument> document;  ///< nothing: something else stands there
  Instant written;                        ///< when the store last took it
};

struct LeaseTaken {
  LeaseDocument document;       ///< to be written in the place of what was seen
  bool changes_holder = false;  ///< another one wrote what was seen
};
struct LeaseHeld {
  Error error;  ///< kConflict, naming the holder
};
using LeaseDecision = std::variant<LeaseTaken, LeaseHeld>;

/// Absent, given back, run out, or of a process that is certainly gone: it is taken, under the next token.
/// Ours: it is taken again under its token. Otherwise another holds it. It has run out when it says so and,
/// whatever it says, kLeaseTtl after the store took it.
LeaseDecision decide_lease(const std::string& slot, const std::optional<SeenLease>& seen,
                           const LeaseHolder& self, Instant now,
                           const std::function<bool(const LeaseHolder&)>& certainly_gone);

}  // namespace reconcile
