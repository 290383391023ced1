#include "reconciler/engine/saved_plan.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/bytes.h"

namespace reconcile {
namespace {

/// Do both steps do the same under the same preconditions? What depends on the time of planning is left
/// aside.
bool same_step(const Action& saved, const Action& fresh) {
  if (saved.index() != fresh.index()) return false;
  if (const auto* a = std::get_if<UploadFile>(&saved)) {
    UploadFile b = std::get<UploadFile>(fresh);
    // A compressed copy made since then tells what was not known when the plan was saved.
    if (!a->sha256) b.sha256.reset();
    if (!a->size) b.size.reset();
    return *a == b;
  }
  if (const auto* a = std::get_if<WriteIndex>(&saved)) {
    // Same index before, same entries leaving: what is added are the uploads, which are compared by
    // themselves.
    const WriteIndex& b = std::get<WriteIndex>(fresh);
    return a->index.prev == b.index.prev && a->dropped == b.dropped && a->already_there == b.already_there &&
           a->copy == b.copy;
  }
  if (const auto* a = std::get_if<CommitAction>(&saved))
    return a->before == std::get<CommitAction>(fresh).before;
  return saved == fresh;
}

const Step* find(const std::vector<Step>& steps, const Step& wanted) {
  const auto at = std::find_if(steps.begin(), steps.end(),
                               [&](const Step& step) { return same_step(wanted.action, step.action); });
  return at == steps.end() ? nullptr : &*at;
}

}  // namespace

Result<Plan> only_what_was_saved(const Plan& saved, const Plan& fresh) {
  if (saved.publication != fresh.publication)
    return fail(Fault::kConflict,
                fmt::format("the saved plan is for {}, not {}", saved.publication, fresh.publication),
                "pass the plan of this publication");
  if (saved.manifest_digest != fresh.manifest_digest)
    return fail(Fault::kConflict, "the manifest changed since the plan was saved",
                "make a new plan and save that");
  std::string stale;
  for (const Step& step : saved.steps)
    if (!find(fresh.steps, step)) stale += (stale.empty() ? "" : ", ") + address_of(step.action);
  if (!stale.empty())
    return fail(Fault::kConflict, "stale since the plan was saved: " + stale,
                "make a new plan; nothing was written");
  Plan out = fresh;
  std::erase_if(out.steps, [&](const Step& step) {
    return std::none_of(saved.steps.begin(), saved.steps.end(),
                        [&](const Step& kept) { return same_step(kept.action, step.action); });
  });
  out.counts = saved.counts;  // every saved step is there, and no other
  out.digest = saved.digest;
  return out;
}

Result<void> check_approval(const std::string& approved, const Plan& plan) {
  std::string wanted = approved.starts_with("sha256:") ? approved.substr(7) : approved;
  const std::string digest = to_hex(plan.digest);
  if (wanted.size() >= 8 && wanted.size() <= digest.size() && digest.starts_with(wanted)) return {};
  return fail(
      Fault::kConflict,
      fmt::format("the plan's digest is {}, not {}: the world or the manifest changed since", digest, wanted),
      "look at the plan again and approve its digest; nothing was written");
}

}  // namespace reconcile
