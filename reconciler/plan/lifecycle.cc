#include "reconciler/plan/lifecycle.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "reconciler/base/units.h"

namespace reconcile {
namespace {

using Change = SetLifecycle::Change;

std::string duration_or_never(const std::optional<Seconds>& duration) {
  return duration ? print_duration(*duration) : "never";
}

std::string describe(const LifecycleRule& rule) {
  std::string out = fmt::format("prefix `{}`", rule.prefix);
  if (rule.expire_after) out += ", expireAfter " + print_duration(*rule.expire_after);
  if (rule.abort_uploads_after)
    out += ", abortIncompleteUploadsAfter " + print_duration(*rule.abort_uploads_after);
  return out;
}

std::string difference(const LiveRule& live, const LifecycleRule& wanted) {
  std::vector<std::string> parts;
  if (!live.enabled) parts.push_back("disabled -> enabled");
  if (!live.understood) parts.push_back("elements that are not declared are dropped");
  if (live.rule.prefix != wanted.prefix)
    parts.push_back(fmt::format("prefix `{}` -> `{}`", live.rule.prefix, wanted.prefix));
  if (live.rule.expire_after != wanted.expire_after)
    parts.push_back(fmt::format("expireAfter {} -> {}", duration_or_never(live.rule.expire_after),
                                duration_or_never(wanted.expire_after)));
  if (live.rule.abort_uploads_after != wanted.abort_uploads_after)
    parts.push_back(fmt::format("abortIncompleteUploadsAfter {} -> {}",
                                duration_or_never(live.rule.abort_uploads_after),
                                duration_or_never(wanted.abort_uploads_after)));
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

bool equal(const LiveRule& live, const LifecycleRule& wanted) {
  return live.understood && live.enabled && live.rule == wanted;
}

/// Objects that the new rule lets go at once and the old one did not.
std::string forecast(const Observed& observed, const LifecycleRule& wanted, const LiveRule* live) {
  const auto* objects = if_any(observed.objects);
  if (!objects || !wanted.expire_after) return "";
  std::uint64_t count = 0;
  Bytes bytes;
  for (const ListedObject& object : *objects) {
    if (!object.key.get().starts_with(wanted.prefix) || object.modified + *wanted.expire_after > observed.now)
      continue;
    const bool already = live && live->enabled && live->rule.expire_after &&
                         object.key.get().starts_with(live->rule.prefix) &&
                         object.modified + *live->rule.expire_after <= observed.now;
    if (already) continue;
    ++count;
    bytes = bytes + object.size;
  }
  if (count == 0) return "";
  return fmt::format("{} objects ({}) will expire at the next daily pass", print_count(count),
                     print_size(bytes));
}

/// What the provider cannot take is left out of the document, and said.
std::optional<LifecycleRule> within_capabilities(LifecycleRule rule, const Observed& observed,
                                                 const Desired& desired, std::size_t at,
                                                 std::vector<Note>& notes) {
  if (rule.abort_uploads_after && !observed.store.abort_uploads_rule) {
    notes.push_back({Note::Kind::kUnknown, "bucket/lifecycle/" + rule.id,
                     "abortIncompleteUploadsAfter is not managed: this provider does not take it",
                     "manifest " + place_of(desired, fmt::format("spec.bucket.lifecycle.rules[{}]", at))});
    rule.abort_uploads_after.reset();
  }
  if (!rule.expire_after && !rule.abort_uploads_after) return std::nullopt;
  return rule;
}

void keep_or_remove_others(const Desired& desired, const Observed& observed, const LifecycleDocument& live,
                           const std::set<std::string>& declared, SetLifecycle& set,
                           std::vector<Note>& notes) {
  for (const LiveRule& rule : live.rules) {
    if (declared.contains(rule.rule.id)) continue;
    const bool ours = observed.journal.own_rules.contains(rule.rule.id);
    if (ours || desired.bucket.lifecycle.ownership == LifecycleOwnership::kExclusive) {
      set.changes.push_back({Change::Kind::kRemove, rule.rule.id, describe(rule.rule),
                             ours ? "no longer in the manifest" : "ownership: exclusive", ""});
    } else {
      set.after.rules.push_back(rule);
      notes.push_back({Note::Kind::kForeign, "bucket/lifecycle/" + rule.rule.id, "left alone: not ours",
                       "ownership: merge"});
    }
  }
}

void add_or_change_declared(const Desired& desired, const Observed& observed, const LifecycleDocument& live,
                            std::set<std::string>& declared, SetLifecycle& set, std::vector<Note>& notes) {
  for (std::size_t i = 0; i < desired.bucket.lifecycle.rules.size(); ++i) {
    const LifecycleRule& asked = desired.bucket.lifecycle.rules[i];
    declared.insert(asked.id);
    const std::optional<LifecycleRule> wanted = within_capabilities(asked, observed, desired, i, notes);
    if (!wanted) continue;
    const std::string cause =
        "manifest " + place_of(desired, fmt::format("spec.bucket.lifecycle.rules[{}]", i));
    const auto found = std::find_if(live.rules.begin(), live.rules.end(),
                                    [&](const LiveRule& rule) { return rule.rule.id == wanted->id; });
    const LiveRule* old = found == live.rules.end() ? nullptr : &*found;
    if (old && equal(*old, *wanted)) {
      set.after.rules.push_back(*old);
      continue;
    }
    set.after.rules.push_back({*wanted, true, true, ""});
    set.changes.push_back({old ? Change::Kind::kChange : Change::Kind::kAdd, wanted->id,
                           old ? difference(*old, *wanted) : describe(*wanted), cause,
                           forecast(observed, *wanted, old)});
  }
}

void expiring_rules(const std::vector<LiveRule>& from, std::vector<LifecycleRule>& into) {
  for (const LiveRule& rule : from)
    if (rule.enabled && rule.rule.expire_after) into.push_back(rule.rule);
}

/// S3: the provider must not be able to delete what the commitment names.
void refuse_rules_over_the_index(const Desired& desired, const LifecyclePlan& plan,
                                 std::vector<Refusal>& refusals) {
  if (strategy_of(desired) == Strategy::kNone || strategy_of(desired) == Strategy::kLastFile) return;
  for (const LifecycleRule& rule : plan.in_force) {
    const std::string prefix = kIndexPrefix;
    if (!prefix.starts_with(rule.prefix) && !rule.prefix.starts_with(prefix)) continue;
    refusals.push_back(
        {"bucket/lifecycle/" + rule.id,
         "",
         "",
         {Fault::kInvalidInput,
          fmt::format(
              "rule {} (prefix `{}`) would let the provider delete the index that the commitment names",
              rule.id, rule.prefix),
          fmt::format("narrow the rule to the data's prefix, so that it does not cover `{}`", prefix)}});
  }
}

}  // namespace

std::optional<Instant> expires_at(const std::vector<LifecycleRule>& rules, const ObjectKey& key,
                                  Instant time) {
  std::optional<Instant> earliest;
  for (const LifecycleRule& rule : rules) {
    if (!rule.expire_after || !key.get().starts_with(rule.prefix)) continue;
    const Instant at = time + *rule.expire_after;
    if (!earliest || at < *earliest) earliest = at;
  }
  return earliest;
}

LifecyclePlan plan_lifecycle(const Desired& desired, const Observed& observed) {
  LifecyclePlan out;
  const LifecycleSpec& spec = desired.bucket.lifecycle;
  const LifecycleDocument* live = if_complete(observed.lifecycle);
  if (!live) {
    // Which rules are in force is unknown: count with the declared ones, and never less than that.
    out.in_force = spec.rules;
    const Error& why = *why_not(observed.lifecycle);
    const bool not_ours_to_manage = why.fault == Fault::kDenied || why.fault == Fault::kUnsupported;
    out.expire_ourselves = not_ours_to_manage;
    if (!not_ours_to_manage)  // it passes; until then a rule over the index might stand there unseen
      out.refusals.push_back({"bucket/lifecycle", "", "", why});
    else if (!spec.rules.empty())
      out.notes.push_back({Note::Kind::kUnknown, "bucket/lifecycle",
                           "unmanaged, unknown: expired by this program instead",
                           why.cause + "; " + why.remedy});
    return out;
  }
  out.expire_ourselves = !observed.store.lifecycle_enforced;
  if (spec.ownership == LifecycleOwnership::kIgnore) {
    expiring_rules(live->rules, out.in_force);
    // Whoever carries the declared rules out, what they cover is going to go.
    if (out.expire_ourselves)
      std::copy_if(spec.rules.begin(), spec.rules.end(), std::back_inserter(out.in_force),
                   [](const LifecycleRule& rule) { return rule.expire_after.has_value(); });
    refuse_rules_over_the_index(desired, out, out.refusals);
    return out;
  }
  SetLifecycle set{*live, {}, {}};
  std::set<std::string> declared;
  add_or_change_declared(desired, observed, *live, declared, set, out.notes);
  keep_or_remove_others(desired, observed, *live, declared, set, out.notes);
  std::sort(set.after.rules.begin(), set.after.rules.end(),
            [](const LiveRule& a, const LiveRule& b) { return a.rule.id < b.rule.id; });
  std::sort(set.changes.begin(), set.changes.end(),
            [](const Change& a, const Change& b) { return a.id < b.id; });
  expiring_rules(set.after.rules, out.in_force);
  refuse_rules_over_the_index(desired, out, out.refusals);
  for (const LiveRule& rule : set.after.rules)
    if (!rule.understood)
      out.notes.push_back(
          {Note::Kind::kWarning, "bucket/lifecycle/" + rule.rule.id,
           "has elements that this program does not weigh: it may expire objects that the index names",
           "left alone: not ours"});
  if (!set.changes.empty() && out.refusals.empty()) {
    const std::string cause = set.changes.front().cause;
    out.step = Step{std::move(set), cause};
  }
  return out;
}

}  // namespace reconcile
