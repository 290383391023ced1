#pragma once
// Commitments as `status` shows them: decoded, whoever wrote them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/model/commitment.h"
#include "reconciler/model/observed.h"
#include "reconciler/report/layout.h"

namespace reconcile {

struct ShownCommitment {
  std::string hotkey;
  StoredCommitment commitment;
};

struct CommitmentsReport {
  std::string network;
  std::uint64_t block = 0;  ///< finalized; all of it was read there
  std::string block_hash;   ///< 0x and 64 hex digits; empty where blocks have none
  std::uint16_t netuid = 0;
  std::string hotkey;  ///< the one asked for; empty: all of the subnet
  std::vector<ShownCommitment> commitments;
  bool registered = false;             ///< of `hotkey`
  std::optional<CommitBudget> budget;  ///< of `hotkey`
  std::vector<std::string> notes;
};

/// For people. Everything that stands on chain is made visible: it is somebody else's text.
std::string print_commitments(const CommitmentsReport& report, const LayoutOptions& options);

/// {"schemaVersion","kind":"Commitments",…}: fields by variant and hex, as text where they are printable.
std::string print_commitments_json(const CommitmentsReport& report);

}  // namespace reconcile
