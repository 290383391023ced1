#pragma once
// What the journal keeps so that a mistake outside does not look like a wish: protection that was taken out
// of the manifest, and a buffer whose disk is not mounted.

#include "reconciler/engine/ports.h"
#include "reconciler/plan/allowances.h"

namespace reconcile {

/// An empty folder without the mark that the journal knows of is not the buffer: Unreadable, kNotFound.
void doubt_an_empty_buffer(const Desired& desired, Observed& observed);

/// --allow unprotect: what was taken out of spec.protect protects no longer.
void give_up_protection(const Allowances& allowances, Observed& observed);

/// At the end of a pass that may write. `observed` is what the pass planned by. What cannot be kept is warned
/// of and tried again in the next pass.
void keep_for_later(const Desired& desired, const Observed& observed, WritePorts& ports);

}  // namespace reconcile
