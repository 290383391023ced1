#pragma once
// How long a signed extrinsic may be included.

#include <cstdint>
#include <optional>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/scale/reader.h"

namespace reconcile::chain {

/// A mortal era: from block `birth` up to, not including, block `death` = birth + period. After it the
/// extrinsic can never be included, which is what makes signing anew safe.
class Era {
 public:
  /// Includable for ever: a lost extrinsic may land years later. Only for reading what others signed, and for
  /// tests.
  static Era immortal() { return Era(0, 0); }
  /// `period` in blocks, rounded up to a power of two, 4 to 65,536; on Subtensor at most 2,048, since older
  /// birth blocks' hashes are gone (BlockHashCount 2,400). `current`: a recent finalized block, which the era
  /// begins at.
  static Era mortal(std::uint64_t period, std::uint64_t current);
  /// Takes 1 or 2 bytes.
  static Result<Era> decode(Reader& in);

  bool is_mortal() const { return period_ != 0; }
  std::uint64_t period() const { return period_; }
  std::uint64_t phase() const { return phase_; }
  /// The block whose hash is signed with it, seen from block `current`; 0 (the genesis) when immortal.
  std::uint64_t birth(std::uint64_t current) const;
  /// The first block that cannot include it; none when immortal.
  std::optional<std::uint64_t> death(std::uint64_t current) const;

  /// One zero byte, or two bytes.
  ByteVector encode() const;
  friend bool operator==(const Era&, const Era&) = default;

 private:
  Era(std::uint64_t period, std::uint64_t phase) : period_(period), phase_(phase) {}
  std::uint64_t period_;  // a power of two; 0: immortal
  std::uint64_t phase_;   // the birth block modulo the period
};

}  // namespace reconcile::chain
