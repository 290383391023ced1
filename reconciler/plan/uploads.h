#pragma once
// Which buffer files go where: the key each gets, what is there already, what is in the way.

#include <map>
#include <string>
#include <vector>

#include "reconciler/model/plan.h"
#include "reconciler/plan/named.h"

namespace reconcile {

/// The key that a file would get by the template, before any conflict. Compressed files get `.gz`.
/// An error names the file and what is wrong with the key it would get.
Result<ObjectKey> candidate_key(const Desired& desired, const BufferFile& file);

/// Every key that must be asked for (HEAD) before uploads can be planned.
std::vector<ObjectKey> keys_to_ask(const Desired& desired, const BufferScan& scan);

struct UploadPlan {
  std::vector<Step> quarantines;
  std::vector<Step> uploads;
  std::vector<const BufferFile*> covered;  ///< the finalized commitment covers them: only the release is left
  std::vector<Note> notes;
  std::vector<Refusal> refusals;
  std::map<std::string, ObjectKey> key_of;  ///< by file name, for uploads and covered files
};

/// `committed` are the entries (for last-file: the one object) that the finalized commitment covers, by key.
UploadPlan plan_uploads(const Desired& desired, const Observed& observed, const CoveredEntries& committed,
                        const std::vector<LifecycleRule>& in_force);

}  // namespace reconcile
