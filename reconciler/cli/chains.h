#pragma once
// Which chain serves a commitment.

#include <memory>

#include "reconciler/cli/wiring.h"

namespace reconcile::cli {

/// "finney", "test", "local", "custom", or the ledger's path.
std::string network_of(const CommitmentSpec& commitment);
/// The account that commits, found without opening a key.
Result<Account> account_of(const CommitmentSpec& commitment);

Result<std::unique_ptr<ChainReader>> open_chain_reader(const Publication& publication);
Result<std::unique_ptr<Chain>> open_chain(const Publication& publication, Clock& clock);

}  // namespace reconcile::cli
