#pragma once
// A plan as the status page shows it: the lines of the command line, bounded, and how each address stands.

#include <string>

#include "reconciler/model/panels.h"

namespace reconcile {

/// At most kShownLinesMax lines and rows, each text at most kShownTextMax bytes (cut between characters, with
/// `…`); what is left out is counted. `command_hint` as in TextOptions.
ShownPlan shown_plan(const Plan& plan, const std::string& command_hint);

}  // namespace reconcile
