#pragma once
// How the program may stand, as values: what the page is tested with.

#include <optional>
#include <string>

#include "reconciler/model/status.h"

namespace reconcile {

/// "converged", "converging", "blocked", "chain-down", "many" (300 publications), "empty", "hostile".
std::optional<ProcessStatus> page_state(const std::string& name);

}  // namespace reconcile
