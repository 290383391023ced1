#pragma once
// What stands on chain for a hotkey or for a whole subnet, asked by whoever has no key.

#include <cstdint>
#include <string>

#include "reconciler/cli/options.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/report/commitments.h"

namespace reconcile::cli {

struct ChainQuestion {
  CommitmentSpec where;  ///< network, endpoints, genesis, ledger
  std::uint16_t netuid = 0;
  std::string hotkey;  ///< empty: all; never of a ledger
};

/// kInvalidInput: no netuid, a network of another name. `command` is how the cause calls the question.
Result<ChainQuestion> question_of(const Options& options, const std::string& command);
/// kInvalidInput: it commits nothing. Otherwise as account_of.
Result<ChainQuestion> question_of(const Publication& publication);

/// At one finalized block.
Result<CommitmentsReport> read_commitments(const ChainQuestion& question);

}  // namespace reconcile::cli
