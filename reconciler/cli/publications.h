#pragma once
// From the command line's files to the publications that are worked on.

#include <vector>

#include "reconciler/cli/options.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/manifest/manifest.h"

namespace reconcile::cli {

manifest::Manifests load_manifests(const Options& options);

/// Of valid manifests, those that --target names. kInvalidInput: a target that no publication has, or nothing
/// to work on.
Result<std::vector<Publication>> publications_of(const manifest::Manifests& manifests,
                                                 const Options& options);

/// Everything that a change of should be noticed: the manifests, folders of them, and each `.env`, there or
/// not.
std::vector<Path> files_to_watch(const manifest::Manifests& manifests, const Options& options);

}  // namespace reconcile::cli
