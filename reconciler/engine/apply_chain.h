#pragma once
// The commitment: probed, submitted once, read back from a finalized block.

#include "reconciler/engine/ports.h"
#include "reconciler/engine/proof.h"
#include "reconciler/model/format.h"
#include "reconciler/model/plan.h"
#include "reconciler/plan/allowances.h"

namespace reconcile {

/// What the commitment will point at, verified, and the objects that it thereby covers.
struct Published {
  FormatValues values;
  std::optional<VerifiedIndex> index{};  ///< nothing: last-file
  std::vector<IndexEntry> objects{};     ///< last-file only
  bool probed = false;  ///< readers were seen to fetch these very bytes in this pass, parts too
};

/// What a commitment to it will cover. static-pointer asks readers what the pointer shows.
Result<Covered> covered_by(const Desired& desired, const Published& published, PublicReader& readers);

struct CommitOutcome {
  Coverage coverage;
  std::string detail;
};

/// kConflict when the slot changed since it was observed; an unknown outcome is read back, never repeated.
Result<CommitOutcome> commit_and_read_back(const Desired& desired, const Observed& observed,
                                           const Published& published, WritePorts& ports,
                                           const Allowances& allowances);

}  // namespace reconcile
