#pragma once
// How the simulated provider writes a lifecycle rule: `name=value` lines. What it does not know it keeps.
//
//   id=ExpireOldData
//   prefix=data/
//   enabled=true
//   expire_days=14
//   abort_days=2

#include <string>

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile::sim {

/// Unknown lines and counts that make no sense clear `understood`. `raw` is the text itself.
LiveRule parse_rule(const std::string& text);
/// `raw` where there is one. kInvalidInput: no id, no action, durations that are not whole days.
Result<std::string> print_rule(const LiveRule& live);

}  // namespace reconcile::sim
