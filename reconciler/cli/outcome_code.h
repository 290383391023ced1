#pragma once
// From what happened to the exit code.

#include "reconciler/cli/exit_code.h"
#include "reconciler/engine/pass.h"

namespace reconcile::cli {

/// Of a dry run: 1 when something could not be read or is not possible, 4 when a guard would refuse.
ExitCode code_of(const Plan& plan, bool detailed);
/// Of a pass.
ExitCode code_of(const PassResult& result);

}  // namespace reconcile::cli
