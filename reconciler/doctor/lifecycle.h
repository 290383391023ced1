#pragma once
// What expires, by whose hand, and what that costs. Private to doctor/.

#include "reconciler/doctor/findings.h"
#include "reconciler/doctor/subject.h"

namespace reconcile::doctor {

/// bucket/lifecycle and bucket/retention
void look_at_lifecycle(const Subject& subject, const Bucket& bucket, Findings& findings);
/// bucket/retention; `live`: the rules in the bucket, nullptr where they are not known.
void look_at_retention(const Subject& subject, const LifecycleDocument* live, Findings& findings);

}  // namespace reconcile::doctor
