#include "reconciler/cli/import_drafts.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "reconciler/base/utf8.h"
#include "reconciler/cli/import_wish.h"
#include "reconciler/model/plan_json.h"

namespace reconcile::cli {
namespace {

struct Way {
  Strategy strategy;
  const char* format;
};

/// What this program commits, then what the tutorial and its kin do.
constexpr Way kWays[] = {
    {Strategy::kIndex, "rc1|{sha256:b64url}|{url}"},
    {Strategy::kTwoField, "{url}"},
    {Strategy::kContentAddressed, "{url}"},
    {Strategy::kStaticPointer, "{url}"},
    {Strategy::kLastFile, "{url}|{sha256}"},
    {Strategy::kLastFile, "{url}|{sha256:b64url}"},
    {Strategy::kLastFile, "{url}"},
};

std::string why_foreign(const LiveRule& rule, const Survey& found, bool twice) {
  if (!rule.understood) return "has elements that a manifest cannot say";
  if (!rule.enabled) return "is disabled";
  if (twice) return "its id stands there twice";
  if (rule.rule.id.starts_with("unnamed-")) return "has no id";
  if (!is_utf8(rule.rule.id) || !is_utf8(rule.rule.prefix)) return "is not UTF-8";
  if (rule.rule.abort_uploads_after && !found.abort_rules)
    return "drops unfinished uploads, which this provider is not known to do";
  return "";
}

/// Names, prefix and rules, as every draft has them.
Desired common(const Desired& wish, const Survey& found) {
  Desired out = wish;
  if (out.name.empty()) {
    const std::string& folder = wish.bucket.path.filename().string();
    out.name = label_from(!found.publication.empty()  ? found.publication
                          : !wish.bucket.name.empty() ? wish.bucket.name
                                                      : folder);
  }
  out.upload.key = found.prefix + "{yyyy}/{mm}/{dd}/{name}";
  out.bucket.lifecycle.rules = sort_rules(found).declared;
  return out;
}

Desired committing(Desired draft, const Way& way) {
  draft.commitment->strategy = way.strategy;
  draft.commitment->format = way.format;
  return draft;
}

}  // namespace

SortedRules sort_rules(const Survey& found) {
  SortedRules out;
  if (!found.lifecycle) return out;
  std::map<std::string, int> seen;
  for (const LiveRule& rule : found.lifecycle->rules) ++seen[rule.rule.id];
  for (const LiveRule& rule : found.lifecycle->rules) {
    std::string why = why_foreign(rule, found, seen[rule.rule.id] > 1);
    if (why.empty())
      out.declared.push_back(rule.rule);
    else
      out.foreign.push_back({rule.rule.id, std::move(why)});
  }
  return out;
}

std::vector<Draft> drafts_of(const Desired& wish, const Survey& found) {
  const Desired base = common(wish, found);
  std::vector<Draft> out;
  const bool commits = wish.commitment.has_value();
  const bool committed = found.chain && found.chain->commitment;
  // Before the first commitment there is nothing that would tell one way from another.
  const std::size_t ways = !commits ? 0 : committed ? std::size(kWays) : 1;
  for (std::size_t i = 0; i < ways; ++i) out.push_back({committing(base, kWays[i]), true});
  for (std::size_t i = 0; i < ways; ++i) {
    out.push_back({committing(base, kWays[i]), false});
    out.back().desired.mode = Mode::kObserve;
  }
  Desired uncommitted = base;
  uncommitted.commitment.reset();
  if (!commits) out.push_back({uncommitted, true});
  uncommitted.mode = Mode::kObserve;
  out.push_back({uncommitted, false});
  uncommitted.bucket.lifecycle = {.ownership = LifecycleOwnership::kIgnore, .rules = {}, .expiry_margin = {}};
  out.push_back({uncommitted, false});
  return out;
}

std::optional<Error> first_wish_of(const Plan& plan) {
  if (!plan.refusals.empty()) return plan.refusals.front().error;
  if (plan.steps.empty()) return std::nullopt;
  const Step& step = plan.steps.front();
  return Error{
      Fault::kConflict,
      fmt::format("the first pass would {} {}{}: {}", verb_of(step.action), address_of(step.action),
                  plan.steps.size() == 1 ? "" : fmt::format(" and do {} more", plan.steps.size() - 1),
                  step.cause),
      "look at what it would do: set spec.mode: enforce and run reconcile --plan"};
}

}  // namespace reconcile::cli
