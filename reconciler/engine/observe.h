#pragma once
// Reads the world. Nothing here knows what to do about it, and nothing here writes.

#include "reconciler/engine/ports.h"

namespace reconcile {

/// `expired_asked_max`: how many expired objects are asked for their metadata at most, where this program
/// expires.
Observed observe(const Desired& desired, const Site& site, const ReadPorts& ports,
                 std::size_t expired_asked_max);

}  // namespace reconcile
