#pragma once
// Merlin 1.0 transcripts (merlin.cool): labelled messages in, challenges and nonces out.

#include <cstdint>
#include <span>
#include <string_view>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/sr25519/strobe.h"

namespace reconcile::chain {

class Transcript {
 public:
  explicit Transcript(std::string_view label);

  void append(std::string_view label, ByteView message);
  /// Fills `out` with bytes that depend on all that was appended, and appends their having been taken.
  void challenge(std::string_view label, std::span<std::uint8_t> out);
  /// Fills `out` with secret bytes that depend on the transcript, on `seed` (secret) and on fresh randomness,
  /// and leaves the transcript as it was. A broken random generator alone does not repeat a nonce over
  /// another message.
  void witness(std::string_view label, ByteView seed, std::span<std::uint8_t> out) const;

 private:
  Strobe strobe_;
};

}  // namespace reconcile::chain
