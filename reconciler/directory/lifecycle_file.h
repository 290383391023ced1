#pragma once
// The lifecycle document of an embedded bucket as JSON.
//
//   {"rules":[{"id":"ExpireOldData","enabled":true,"prefix":"data/","expireAfterDays":14}]}
//
// People may edit it. A rule with members beyond these is kept as it is and shown as not understood.

#include <string>

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile::directory {

inline constexpr Bytes kLifecycleBytesMax{1024 * 1024};

/// kCorrupt names `where`.
Result<LifecycleDocument> parse_lifecycle(const std::string& text, const std::string& where);

/// kInvalidInput: ids missing, too long or twice, over 1,000 rules, no action, durations that are not whole
/// days, raw text that is not one JSON object with that id.
Result<std::string> print_lifecycle(const LifecycleDocument& document);

}  // namespace reconcile::directory
