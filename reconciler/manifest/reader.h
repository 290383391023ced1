#pragma once
// One document: from its tree to what it asks for, by the table of fields.

#include "reconciler/manifest/convert.h"
#include "reconciler/manifest/diagnostic.h"
#include "reconciler/manifest/node.h"

namespace reconcile::manifest {

/// Nobody mends more than that before looking again.
inline constexpr std::size_t kErrorsMax = 100;

struct Reading {
  Desired desired;  ///< meaningful only without errors; its fields agree with each other only after `check`
  std::vector<Diagnostic> errors;  ///< kErrorsMax + 1 at most
};

/// Unknown keys, missing and mistyped values, all of them. Fills in defaults, positions, digest.
Reading read_document(const Node& root, const Source& source, const Places& places);

}  // namespace reconcile::manifest
