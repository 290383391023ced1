#pragma once
// What a verification found, as a value: text, JSON and whoever else asks render the same.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/strong.h"
#include "reconciler/verify/judgement.h"
#include "reconciler/verify/sample.h"

namespace reconcile::verify {

/// One thing that was looked at.
struct Finding {
  enum class What { kCommitment, kIndex, kPart, kAge, kObject };
  What what = What::kObject;
  std::string subject;  ///< the commitment's text, an address, a key: somebody else's text
  Judgement judgement;
  std::optional<Bytes> size;  ///< of what was read whole
};
/// "commitment", "index", "part", "age", "object".
const char* name_of(Finding::What what);

struct IndexFacts {
  Sha256 sha256;
  std::uint64_t seq = 0;
  Instant time;
  std::uint64_t objects = 0;  ///< named, parts included
  Bytes bytes;                ///< of all of them
  std::uint64_t parts = 0;
};

/// How much of what the index names was looked at.
struct Coverage {
  std::uint64_t objects = 0;  ///< read to their end, whatever the verdict
  Bytes bytes;
};

/// One hotkey's slot.
struct SlotResult {
  std::string hotkey;
  std::string commitment;           ///< as text; empty: none
  std::uint64_t block = 0;          ///< that stored it
  std::string url;                  ///< that it leads to; empty where it leads nowhere
  std::string form;                 ///< of the commitment, for people; empty where it is not known
  std::optional<IndexFacts> index;  ///< nothing: not an index, or it could not be read whole
  Coverage coverage;
  std::vector<Finding> findings;  ///< the worst first
  Verdict verdict = Verdict::kUnknown;
};

struct VerifyResult {
  std::string network;
  std::uint16_t netuid = 0;
  std::string hotkey;       ///< the one asked for; empty: all of the subnet
  std::uint64_t block = 0;  ///< finalized; the commitments were read there
  BlockSeed seed;
  Sampling sampling;
  Instant now;
  std::vector<SlotResult> slots;   ///< the worst first
  std::optional<Judgement> chain;  ///< why the chain told nothing; then there are no slots
  std::vector<std::string> notes;
  /// Of all slots; kUnknown where the chain told nothing.
  Verdict verdict() const;
};

/// Orders findings and settles the slot's verdict: a failure wins, then what is unknown.
void settle(SlotResult& slot);
/// The worst slots first, by hotkey among equals.
void settle(VerifyResult& result);

}  // namespace reconcile::verify
