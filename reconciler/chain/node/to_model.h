#pragma once
// Between the chain's words and the model's.

#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/chain/commitment/stored.h"
#include "reconciler/model/commitment.h"

namespace reconcile::chain {

/// What stands on chain, every variant by its name. An unreadable record becomes one field "unreadable".
reconcile::StoredCommitment to_model(const StoredCommitment& stored);

/// What is to be sent. kInvalidInput: a Sha256 field that is not 32 bytes.
Result<std::vector<CommitmentField>> to_chain(const Commitment& wanted);

}  // namespace reconcile::chain
