#pragma once
// What a new publication needs to be told, and asking for it.

#include <string>
#include <vector>

#include "reconciler/cli/console.h"
#include "reconciler/manifest/environment.h"

namespace reconcile::cli {

/// The options that are missing, as they are typed; empty: everything was told, by options or by the
/// environment's S3_… variables.
std::vector<std::string> missing_of(const Options& told, const manifest::Environment& environment);

/// Asks for everything that was not told, also for what has a default. kCancelled: nobody answered.
Result<void> ask_for_missing(Options& told, const manifest::Environment& environment, Console& console);

}  // namespace reconcile::cli
