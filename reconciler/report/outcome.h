#pragma once
// What an apply did, for people and machines.

#include <string>

#include "reconciler/model/apply_report.h"
#include "reconciler/report/json.h"
#include "reconciler/report/text.h"

namespace reconcile {

/// failed, skipped, not reached, done, then one line that scripts may grep for:
/// `Applied: 54 done, 1 failed, 1 skipped, 3 not reached. 1.9 GiB up in 2m13s. Not converged.`
/// Failures are never folded. `command_hint` is not used.
std::string render_outcome(const ApplyReport& report, const TextOptions& options);

/// One document, of kind "ApplyReport"; schema/plan.schema.json describes it beside the plan.
std::string render_outcome_json(const ApplyReport& report, const JsonOptions& options = {});

/// One ndjson line of type apply_summary: the numbers without the outcomes, which apply_* events have told.
std::string render_outcome_ndjson(const ApplyReport& report, const JsonOptions& options = {});

}  // namespace reconcile
