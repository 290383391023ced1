#pragma once
// The bucket as readers see it. Private to doctor/.

#include "reconciler/doctor/findings.h"
#include "reconciler/doctor/probe.h"
#include "reconciler/doctor/subject.h"

namespace reconcile::doctor {

/// public/*. `bucket`: nullptr where it cannot be asked; `probe`: nullptr where none stands in the bucket.
void look_at_public(const Subject& subject, const Bucket* bucket, const Probe* probe, Findings& findings);

}  // namespace reconcile::doctor
