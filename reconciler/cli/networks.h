#pragma once
// Which nodes serve a network, and which block its chain began with.

#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/result.h"
#include "reconciler/model/desired.h"

namespace reconcile::cli {

/// "finney", "test", "local", "custom", or the ledger's path.
std::string network_of(const CommitmentSpec& commitment);

/// As a person writes it; nullopt for another word.
std::optional<Network> network_named(const std::string& name);

/// The manifest's own, else the public ones of the network.
std::vector<std::string> endpoints_of(const CommitmentSpec& commitment);

/// What block 0 must be: known (finney, test), written in the manifest, or kept in `learned` since an earlier
/// run; empty when nobody knows. kCorrupt when that file holds something else.
Result<std::string> genesis_of(const CommitmentSpec& commitment, const Path& learned);

/// Keeps it for the next run, unless it is there. Durable.
Result<void> keep_genesis(const Path& learned, const std::string& genesis);

}  // namespace reconcile::cli
