#pragma once
// What the journal remembers of earlier passes, as the status shows it: pure.

#include <vector>

#include "reconciler/model/status.h"
#include "reconciler/ports/journal.h"

namespace reconcile {

/// In the order given. The id is the number in the journal: "journal-17".
std::vector<PassSummary> past_passes(const std::vector<PassRecord>& records);

}  // namespace reconcile
