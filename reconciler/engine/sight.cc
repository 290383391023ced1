#include "reconciler/engine/sight.h"

#include <algorithm>
#include <set>

#include "reconciler/plan/cost.h"
#include "reconciler/plan/lifecycle.h"

namespace reconcile {
namespace {

std::string whose(const CommitmentView& commitment) {
  if (std::holds_alternative<OwnCommitment>(commitment)) return "ours";
  return std::holds_alternative<ForeignCommitment>(commitment) ? "foreign" : "none";
}

ChainSight chain_of(const Observed& observed, const ChainView& chain) {
  ChainSight out{chain.network, chain.finalized_block, "", 0, whose(observed.commitment)};
  if (!chain.commitment) return out;
  out.commitment = describe(*chain.commitment);
  out.commitment_block = chain.commitment->block;
  return out;
}

ExpiryCalendar calendar_of(const Desired& desired, const Observed& observed,
                           const std::vector<ListedObject>& objects) {
  ExpiryCalendar out{};
  const std::vector<LifecycleRule> rules = plan_lifecycle(desired, observed).in_force;
  for (const ListedObject& object : objects) {
    const std::optional<Instant> end = expires_at(rules, object.key, object.modified);
    if (!end) continue;
    const auto days = std::max(Seconds(0), *end - observed.now) / Seconds(86400);
    if (static_cast<std::size_t>(days) >= out.size()) continue;
    Leaving& day = out[static_cast<std::size_t>(days)];
    ++day.objects;
    day.bytes = day.bytes + object.size;
  }
  return out;
}

/// What the bucket holds, what of it leaves and when, and what it costs.
void look_at_objects(const Desired& desired, const Observed& observed, Sight& out) {
  const std::vector<ListedObject>* objects = if_complete(observed.objects);
  if (!objects) return;
  out.stored.emplace();
  out.stored->objects = objects->size();
  for (const ListedObject& object : *objects) out.stored->bytes = out.stored->bytes + object.size;
  if (if_complete(observed.lifecycle)) out.leaving = calendar_of(desired, observed, *objects);
  out.cost = cost_of(desired, observed);
}

/// The share is of the objects that are there, as the guard itself reckons.
std::vector<GuardSight> guards_of(const Desired& desired, const Observed& observed) {
  std::optional<std::uint64_t> count, bytes, percent;
  if (observed.journal.known) {
    count = observed.journal.deleted_objects;
    bytes = observed.journal.deleted_bytes.get();
    const std::vector<ListedObject>* objects = if_complete(observed.objects);
    const std::uint64_t before = objects ? objects->size() + *count : 0;
    if (objects) percent = before == 0 ? 0 : (*count * 100 + before - 1) / before;
  }
  return {{"maxDeletes", count, desired.guards.max_deletes},
          {"maxDeletePercent", percent, static_cast<std::uint64_t>(desired.guards.max_delete_percent)},
          {"maxDeleteBytes", bytes, desired.guards.max_delete_bytes.get()}};
}

}  // namespace

Sight sight_of(const Desired& desired, const Observed& observed, const Plan& plan) {
  Sight out;
  if (const ChainView* chain = if_complete(observed.chain)) {
    out.budget = chain->budget;
    out.chain = chain_of(observed, *chain);
  }
  look_at_objects(desired, observed, out);
  out.guards = guards_of(desired, observed);
  const BufferScan* scan = if_any(observed.buffer);
  if (!scan) return out;
  out.buffer_known = if_complete(observed.buffer) != nullptr;
  std::set<std::string> to_upload;
  for (const Step& step : plan.steps)
    if (const auto* upload = std::get_if<UploadFile>(&step.action)) to_upload.insert(upload->name);
  for (const BufferFile& file : scan->files) {
    const bool ready = file.state == BufferFile::State::kReady;
    if (!ready && file.state != BufferFile::State::kWaiting) continue;
    // Kept files stay in the buffer when they are published: only a planned upload tells them apart.
    if (ready && desired.buffer.after_publish == AfterPublish::kKeep && !to_upload.contains(file.name))
      continue;
    ++out.unpublished_files;
    out.unpublished_bytes = out.unpublished_bytes + file.identity.size;
    const Instant modified = modified_at(file);
    if (!out.oldest_unpublished || modified < *out.oldest_unpublished) out.oldest_unpublished = modified;
  }
  return out;
}

}  // namespace reconcile
