#pragma once
// Where a publication keeps what it remembers.

#include "reconciler/buffer/options.h"
#include "reconciler/cli/options.h"
#include "reconciler/model/desired.h"

namespace reconcile::cli {

buffer::BufferOptions buffer_options(const Desired& desired, const Options& options);

Path journal_path(const Desired& desired, const Options& options);

/// Where the genesis hash of a network that nobody pinned is kept.
Path genesis_path(const Desired& desired, const Options& options);

}  // namespace reconcile::cli
