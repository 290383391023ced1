#pragma once
// Who this process is, in the lease that machines share.

#include "reconciler/model/lease.h"

namespace reconcile::cli {

/// The same at every call.
const LeaseHolder& this_process();

/// The holder was a process of this very boot and process table, and is no longer there: after `kill -9`
/// nobody waits for a lease to run out. A process of another machine, container or boot is never certainly
/// gone.
bool certainly_gone(const LeaseHolder& holder);

}  // namespace reconcile::cli
