#pragma once
// What readers will see next: the new index and the commitment that points at it (strategy index), or the
// newest file (strategy last-file).

#include <optional>
#include <set>

#include "reconciler/model/format.h"
#include "reconciler/model/plan.h"
#include "reconciler/plan/allowances.h"
#include "reconciler/plan/expiry.h"
#include "reconciler/plan/named.h"

namespace reconcile {

struct PublishPlan {
  std::optional<Step> index;
  std::optional<Step> commit;
  std::vector<Step> renewals;
  std::vector<Note> notes;
  std::vector<Refusal> refusals;
  Named
      named;  ///< what the commitment in force, or the coming one, names; refers to the world it was made of
  bool uploads_covered =
      false;  ///< once this plan is applied, a finalized commitment covers every upload of it
};

/// The entries that the finalized commitment covers right now: all of the committed index, or the one object.
/// Refers to the index in `observed`.
CoveredEntries covered_entries(const Desired& desired, const Observed& observed);

/// last-file: the object that was asked for, when it is what the commitment names.
std::optional<IndexEntry> named_object(const Desired& desired, const Observed& observed,
                                       const OwnCommitment& own,
                                       const std::pair<const ObjectKey, std::optional<ObjectHead>>& head);

PublishPlan plan_publish(const Desired& desired, const Observed& observed,
                         const std::vector<const UploadFile*>& uploads,
                         const std::vector<LifecycleRule>& in_force, const Allowances& allowances);

/// The index that the next one follows, with the entries of `unfinished` added: the engine and the plan must
/// agree on it.
std::optional<IndexFile> base_with_unfinished(const Observed& observed);

/// Whether an entry of `unfinished` counts instead of `old`, which names the same key. Of two indexes that
/// name different bytes, the one is right whose bytes are there; where the bucket did not say, or the bytes
/// are the same, the later entry: what was put again has a new life.
bool supersedes(const Observed& observed, const IndexEntry& entry, const IndexEntry& old);

/// The index that follows `base` (nullptr: none): its objects less `dropped`, plus `added` (which replace
/// entries of the same key).
Index next_index(const IndexFile* base, const std::set<ObjectKey>& dropped,
                 const std::vector<IndexEntry>& added, std::uint64_t seq, const Account& account,
                 Instant now);

/// What the strategy commits for `values`. kInvalidInput: too long, or something that it names is not known.
Result<Commitment> commitment_for(const Desired& desired, const ChainView& chain, const FormatValues& values);

/// `text` with `…` where a key holds the digest of bytes that are not known yet (values made with Sha256()).
std::string with_unknown_digest(std::string text);

/// The commit step for a text that is known or still to be known; refusals where it must not be made.
/// Used by the plan, and again by the engine once every digest is known.
struct CommitPlan {
  std::optional<CommitAction> action;  ///< nothing to do, or refused
  std::vector<Refusal> refusals;
};
CommitPlan plan_commit(const Desired& desired, const Observed& observed, const FormatValues& values,
                       bool exact, const Allowances& allowances);

/// Why nothing may be uploaded for this account at all: not registered, chain of another network, foreign
/// commitment.
std::vector<Refusal> refuse_before_upload(const Desired& desired, const Observed& observed,
                                          const Allowances& allowances);

}  // namespace reconcile
