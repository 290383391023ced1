#pragma once
// ${VAR}, ${VAR:-default}, ${VAR:?why} and $$ in values, after parsing: what a variable holds cannot change
// the document's structure.

#include <set>

#include "reconciler/manifest/diagnostic.h"
#include "reconciler/manifest/environment.h"
#include "reconciler/manifest/node.h"

namespace reconcile::manifest {

/// Replaces the variables in every scalar of the tree, keys apart, and records their names. Unset and empty
/// are errors, unless a default is given. A variable whose name says that it is a secret is refused: those
/// are given as {fromEnv: NAME}, and never become part of a value.
void interpolate(Node& node, const Source& source, const Environment& environment,
                 std::set<std::string>& used, std::vector<Diagnostic>& errors);

}  // namespace reconcile::manifest
