// The tutorial's way: `{url}|{sha256}` of one file. Readers see only the newest; the plan never hides that.

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/plan/lifecycle.h"
#include "reconciler/plan/pointer.h"
#include "reconciler/plan/publish.h"

namespace reconcile {
namespace {

constexpr const char* kAddress = "chain/commitment";

/// What the commitment in force names, as far as the bucket confirms it.
std::optional<IndexEntry> committed_object(const Desired& desired, const Observed& observed) {
  const auto* own = std::get_if<OwnCommitment>(&observed.commitment);
  if (!own) return std::nullopt;
  if (own->key) {
    const auto head = observed.heads.find(*own->key);
    return head == observed.heads.end() ? std::nullopt : named_object(desired, observed, *own, *head);
  }
  for (const auto& head : observed.heads)
    if (std::optional<IndexEntry> object = named_object(desired, observed, *own, head)) return object;
  return std::nullopt;
}

void renew_before_it_expires(const Desired& desired, const Observed& observed,
                             const std::vector<LifecycleRule>& in_force, PublishPlan& out) {
  const std::optional<IndexEntry> object = committed_object(desired, observed);
  if (!object) return;
  const std::optional<Instant> end = expires_at(in_force, object->key, object->time);
  if (!end) return;
  if (*end - expiry_margin_of(desired) > observed.now) {
    out.notes.push_back({Note::Kind::kInfo, "objects/" + object->key.get(),
                         fmt::format("the committed file expires at {}; its bytes are put again before that",
                                     print_time(*end)),
                         "strategy last-file"});
    return;
  }
  out.renewals.push_back({RenewObject{object->key, object->size, object->sha256},
                          fmt::format("the committed file would expire at {}", print_time(*end))});
}

}  // namespace

std::optional<IndexEntry> named_object(const Desired& desired, const Observed& observed,
                                       const OwnCommitment& own,
                                       const std::pair<const ObjectKey, std::optional<ObjectHead>>& head) {
  const std::optional<Sha256> sha256 = head.second ? sha256_of(*head.second) : std::nullopt;
  if (!sha256) return std::nullopt;
  IndexEntry out{head.first, head.second->size, *sha256, head.second->modified, std::nullopt};
  if (!says(desired, own, values_for(desired, observed, out))) return std::nullopt;
  return out;
}

CoveredEntries covered_entries(const Desired& desired, const Observed& observed) {
  if (!if_complete(observed.chain)) return {};  // what is finalized is unknown: nothing is covered
  if (strategy_of(desired) == Strategy::kLastFile) {
    std::optional<IndexEntry> object = committed_object(desired, observed);
    return object ? CoveredEntries(*std::move(object)) : CoveredEntries();
  }
  const auto* base = if_complete(observed.base_index);
  if (base && *base && observed.base_index_committed) return CoveredEntries((*base)->index);
  return {};
}

PublishPlan plan_last_file(const Desired& desired, const Observed& observed,
                           const std::vector<const UploadFile*>& uploads,
                           const std::vector<LifecycleRule>& in_force, const Allowances& allowances);

PublishPlan plan_last_file(const Desired& desired, const Observed& observed,
                           const std::vector<const UploadFile*>& uploads,
                           const std::vector<LifecycleRule>& in_force, const Allowances& allowances) {
  PublishPlan out;
  out.notes.push_back({Note::Kind::kWarning, kAddress, "readers see only the newest file",
                       "strategy last-file; strategy index names them all"});
  if (!if_complete(observed.chain)) {
    out.refusals.push_back({"chain", "", "", *why_not(observed.chain)});
    return out;
  }
  if (const auto* own = std::get_if<OwnCommitment>(&observed.commitment); own && own->key)
    out.named.insert(*own->key);
  if (uploads.empty()) {
    renew_before_it_expires(desired, observed, in_force, out);
    out.uploads_covered = true;
    return out;
  }
  const UploadFile& newest =
      **std::max_element(uploads.begin(), uploads.end(), [](const UploadFile* a, const UploadFile* b) {
        return std::pair(a->identity.mtime_ns, a->name) < std::pair(b->identity.mtime_ns, b->name);
      });
  const bool exact = newest.sha256 && newest.size;
  FormatValues values = values_for(desired, observed,
                                   IndexEntry{newest.key, newest.size.value_or(Bytes(0)),
                                              newest.sha256.value_or(Sha256()), observed.now, newest.rows});
  if (!exact) values.sha256.reset();
  CommitPlan commit = plan_commit(desired, observed, values, exact, allowances);
  out.refusals = std::move(commit.refusals);
  if (commit.action) out.commit = Step{*std::move(commit.action), "a newer file; sent once it is verified"};
  out.named.insert(newest.key);
  out.uploads_covered = out.refusals.empty();
  return out;
}

}  // namespace reconcile
