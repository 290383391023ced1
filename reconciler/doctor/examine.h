#pragma once
// All checks of one publication.

#include "reconciler/doctor/findings.h"
#include "reconciler/doctor/subject.h"
#include "reconciler/manifest/manifest.h"

namespace reconcile::doctor {

/// Safe on a publication that is live: reads, and writes nothing but probe objects under `.reconcile/doctor-`
/// with names of 128 random bits, on the condition that nothing is there, which it removes again, whatever
/// fails in between. Probes are written in mode enforce alone. Never opens a key, never asks for a password.
Report examine(const Subject& subject);

/// Of manifests that are not valid: what is wrong with them, and the checks that need none.
Report examine_invalid(const manifest::Manifests& manifests, const EnvFile& env_file, Instant now);

}  // namespace reconcile::doctor
