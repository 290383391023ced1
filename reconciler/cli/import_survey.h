#pragma once
// What stands in a bucket and on chain, read once and whole, or not at all.

#include "reconciler/cli/wiring.h"
#include "reconciler/engine/pass.h"

namespace reconcile::cli {

struct Survey {
  std::string location;                 ///< "ceph://bucket"
  std::vector<ListedObject> objects;    ///< all of the bucket, sorted by key
  Result<LifecycleDocument> lifecycle;  ///< an error: not ours to read (kDenied, kUnsupported)
  std::optional<ChainView> chain;       ///< nullopt: no commitment was asked for
  std::string hotkey;                   ///< of the commitment
  std::string prefix;                   ///< where the data lies; empty or ending with a slash
  std::string publication;              ///< the name that objects bear; empty: none of ours was seen
  bool abort_rules = true;              ///< the provider takes rules that drop unfinished uploads
};

/// Reads only; may be repeated. `wish` needs no name. Errors: no bucket, no right to look, a listing that
/// stopped half-way, a chain that does not answer, an account that is not known.
Result<Survey> survey(const Publication& wish, const std::optional<std::string>& prefix);

/// Does `desired` ask for what was found and nothing else? Plans as --plan does, but lists nothing again. A
/// buffer that does not exist counts as empty.
Result<PlanResult> first_plan(const Publication& publication, const Survey& found, const Options& options);

}  // namespace reconcile::cli
