#pragma once
// What became of a plan that was applied: one line for each step, also for those never reached.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

struct ActionOutcome {
  enum class Kind {
    kDone,     ///< carried out and verified
    kFailed,   ///< tried; `error` says why it did not succeed, or why nobody knows
    kSkipped,  ///< not tried, because something it depends on failed or the world changed; `detail` says what
    kNotReached,  ///< not tried, because the pass ended before its turn
  };
  std::string address;  ///< as address_of(Action)
  std::string verb;     ///< as verb_of(Action)
  Kind kind = Kind::kNotReached;
  std::optional<Error> error;  ///< kFailed always; kSkipped where the skip itself has a cause and a remedy
  std::string detail;          ///< "block 7,412,912", "no longer there", …; may be empty; never a secret
  friend bool operator==(const ActionOutcome&, const ActionOutcome&) = default;
};

struct ApplyReport {
  std::string publication;
  std::vector<ActionOutcome> outcomes;  ///< in the order of the plan's steps
  Instant started;
  Instant ended;
  bool converged = false;            ///< the plan made after the apply was empty
  std::uint64_t uploaded_bytes = 0;  ///< sent to the bucket, indexes included
  std::uint64_t deleted_bytes = 0;   ///< of objects removed from the bucket
  std::uint64_t released_files = 0;  ///< buffer files deleted or moved to trash
  std::uint64_t requests = 0;        ///< sent to the bucket, retries included; 0 when nobody counted
  std::optional<std::uint64_t> finalized_block;  ///< where a commitment of this pass was finalized
  friend bool operator==(const ApplyReport&, const ApplyReport&) = default;
};

/// "done", "failed", "skipped", "not-reached": stable, for JSON and logs.
const char* name_of(ActionOutcome::Kind kind);

/// How many outcomes are of this kind.
std::uint64_t count_of(const ApplyReport& report, ActionOutcome::Kind kind);

}  // namespace reconcile
