#pragma once
// What the status page and /api/v1 show of a publication beyond its conditions. Values, each of bounded size,
// however many objects there are; what was not read is absent, never zero.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/model/cost.h"
#include "reconciler/model/plan.h"

namespace reconcile {

/// Lines of a plan that are kept; the others are counted.
inline constexpr std::size_t kShownLinesMax = 60;
/// Bytes of one text in such a line: a key may have 1,024, and 300 publications be shown at once.
inline constexpr std::size_t kShownTextMax = 320;

/// One line of a plan, as the command line shows it. Texts are raw: they may hold anything that a name may.
struct ShownLine {
  std::string section;  ///< "bucket", "objects", "index", "commitment", "buffer", "notes", "blocked"
  char symbol = ' ';
  std::string subject;
  std::string detail;
  std::string cause;
  std::vector<std::string> below;
};

/// How one address stands on each of the three sides.
struct BoardRow {
  std::string address;
  std::string state;     ///< "pending", "blocked", "foreign", "waiting", "warning", "unknown", "info"
  std::string manifest;  ///< what is wanted
  std::string live;      ///< what the bucket holds
  std::string local;     ///< buffer or chain
  std::string why;
};

struct ShownPlan {
  Instant made;
  Sha256 digest;
  bool empty = true;
  std::string closing;  ///< "Plan: 26 to upload, 1 to commit."
  std::string command;  ///< to approve it; empty: there is nothing to approve
  std::vector<ShownLine> lines;
  std::uint64_t lines_more = 0;  ///< beyond kShownLinesMax
  std::vector<BoardRow> board;   ///< worst first
  std::uint64_t board_more = 0;  ///< beyond kShownLinesMax
  std::uint64_t unchanged = 0;   ///< objects in the index that nothing is to be done to
  std::vector<DomainSummary> domains;
};

/// Days ahead that the expiry calendar covers.
inline constexpr std::size_t kLeavingDays = 60;

struct Leaving {
  std::uint64_t objects = 0;
  Bytes bytes;
};

/// By the listing and the rules that will be in force: entry 0 is the 24 hours from now, overdue included.
using ExpiryCalendar = std::array<Leaving, kLeavingDays>;

struct ChainSight {
  std::string network;
  std::uint64_t finalized_block = 0;
  std::string commitment;              ///< decoded; empty: none
  std::uint64_t commitment_block = 0;  ///< 0: none
  std::string whose;                   ///< "ours", "foreign", "none"
};

/// What stood on chain, newest first, as the passes of this process saw it.
struct SeenCommitment {
  std::string commitment;
  std::uint64_t block = 0;
  Instant seen;
};

inline constexpr std::size_t kSeenCommitmentsMax = 20;

/// A guard and what the rolling window has seen of it.
struct GuardSight {
  std::string name;                   ///< "maxDeletes", "maxDeletePercent", "maxDeleteBytes"
  std::optional<std::uint64_t> used;  ///< nothing: the journal could not be read
  std::uint64_t limit = 0;
};

}  // namespace reconcile
