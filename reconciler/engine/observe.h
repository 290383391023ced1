#pragma once
// Reads the world. Nothing here knows what to do about it, and nothing here writes.

#include "reconciler/engine/ports.h"
#include "reconciler/plan/allowances.h"

namespace reconcile {

/// What the run allows decides how many expired objects are asked for their metadata, and which are
/// protected.
Observed observe(const Desired& desired, const Site& site, const ReadPorts& ports,
                 const Allowances& allowances);

}  // namespace reconcile
