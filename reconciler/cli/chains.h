#pragma once
// Which chain serves a commitment.

#include <memory>

#include "reconciler/cli/networks.h"
#include "reconciler/cli/wallet.h"
#include "reconciler/cli/wiring.h"

namespace reconcile::cli {

/// `learned`: the file that keeps a genesis hash that nobody stated. Contacts nobody yet.
Result<std::unique_ptr<ChainReader>> open_chain_reader(const CommitmentSpec& commitment, const Path& learned);
/// `publication` must outlive it.
Result<std::unique_ptr<Chain>> open_chain(const Publication& publication, const Path& learned, Clock& clock);

}  // namespace reconcile::cli
