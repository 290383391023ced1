#pragma once
// Manifests out of a git repository: the newest commit of one ref, if it may be used, and the last one that
// was.

#include <memory>

#include "reconciler/ports/manifest_source.h"
#include "reconciler/source/access.h"
#include "reconciler/source/address.h"

namespace reconcile::source {

struct GitSourceOptions {
  Address address;
  Access access;
  Path state;                   ///< the copy and what was taken up are kept below it
  bool allow_rollback = false;  ///< --allow rollback
  bool looks_only = false;      ///< nothing below `state` is written: a temporary copy borrows from it
};

/// Opens nothing yet: the first call does. kInternal: no temporary folder. kInvalidInput: the list of signers
/// is not there.
Result<std::unique_ptr<ManifestSource>> open_git_source(const GitSourceOptions& options);

}  // namespace reconcile::source
