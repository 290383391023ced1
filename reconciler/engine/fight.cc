#include "reconciler/engine/fight.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"

namespace reconcile {
namespace {

/// The plan's digest of this one step: it holds the precondition (what was there) and the wish, and no times.
Sha256 digest_of(const Step& step) {
  Plan alone;
  alone.steps.push_back(step);
  return reconcile::digest_of(alone);
}

std::string sides_of(const Step& step) {
  std::string out;
  if (const auto* set = std::get_if<SetLifecycle>(&step.action))
    for (const SetLifecycle::Change& change : set->changes)
      out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", change.id, change.text);
  if (const auto* commit = std::get_if<CommitAction>(&step.action))
    out = fmt::format("`{}` -> `{}`", commit->before, commit->text);
  return out.empty() ? step.cause : out;
}

/// What is there already is only looked at again, with each pass that something else keeps from its end, such
/// as a chain that is away: nobody has undone it.
bool changed_something(const Step& step) {
  if (const auto* upload = std::get_if<UploadFile>(&step.action)) return !upload->already_there;
  if (const auto* index = std::get_if<WriteIndex>(&step.action)) return !index->already_there;
  return true;
}

}  // namespace

void FightDetector::applied(const Plan& plan, const ApplyReport& report, Instant now) {
  for (std::size_t i = 0; i < plan.steps.size() && i < report.outcomes.size(); ++i) {
    if (report.outcomes[i].kind != ActionOutcome::Kind::kDone || !changed_something(plan.steps[i])) continue;
    std::vector<Instant>& times = times_[digest_of(plan.steps[i])];
    times.push_back(now);
    if (times.size() > kTimes) times.erase(times.begin());
  }
  std::erase_if(times_, [&](const auto& entry) { return entry.second.back() + window_ < now; });
  while (times_.size() > kChangesMax)
    times_.erase(std::min_element(times_.begin(), times_.end(), [](const auto& a, const auto& b) {
      return a.second.back() < b.second.back();
    }));
}

std::optional<Error> FightDetector::fought(const Plan& plan, Instant now) const {
  for (const Step& step : plan.steps) {
    const auto found = times_.find(digest_of(step));
    if (found == times_.end() || found->second.size() < kTimes || found->second.front() + window_ < now)
      continue;
    return Error{
        Fault::kConflict,
        fmt::format("{}: the same change was made {} times within {} and undone each time: what stands "
                    "there and what the manifest asks for: {}",
                    address_of(step.action), kTimes, print_duration(window_), sides_of(step)),
        "find who else changes it, or change the manifest; nothing is written until then "
        "(SIGUSR1 tries once more)"};
  }
  return std::nullopt;
}

}  // namespace reconcile
