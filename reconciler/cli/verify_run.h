#pragma once
// Verifications as values, for the command and for whoever else wants a reader's verdict.

#include "reconciler/cli/options.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/verify/result.h"

namespace reconcile::cli {

/// Whom the command line names: --netuid, --hotkey and the rest. kInvalidInput: it names nobody, or no
/// address. That the chain or the publisher did not answer is no error but a verdict.
Result<verify::VerifyResult> verify_anybody(const Options& options);

/// The slot of a manifest, without its credentials and without its wallet's key. kInvalidInput: it commits
/// nothing, its caFile is unusable, or its hotkey's address is not known.
Result<verify::VerifyResult> verify_publication(const Options& options, const Publication& publication);

}  // namespace reconcile::cli
