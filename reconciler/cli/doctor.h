#pragma once
// From a publication to its doctor's report.

#include "reconciler/cli/options.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/doctor/findings.h"
#include "reconciler/manifest/manifest.h"

namespace reconcile::cli {

/// Looks at one publication: see doctor::examine for what that may touch. `manifests` are those that it was
/// read with: their warnings belong to the report.
doctor::Report examine(const Publication& publication, const manifest::Manifests& manifests,
                       const Options& options);

}  // namespace reconcile::cli
