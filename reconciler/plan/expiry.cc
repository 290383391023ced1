#include "reconciler/plan/expiry.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/model/glob.h"
#include "reconciler/model/key_template.h"
#include "reconciler/plan/lifecycle.h"

namespace reconcile {
namespace {

Refusal over(const char* guard, const char* field, std::uint64_t value, std::string cause) {
  return {"objects",
          guard,
          fmt::format("--allow {}={}", guard, value),
          {Fault::kInvalidInput, std::move(cause),
           fmt::format("look at what would go; then pass --allow {}={}, or raise spec.guards.{}", guard,
                       value, field)}};
}

const LifecycleRule* rule_of(const std::vector<LifecycleRule>& rules, const ListedObject& object,
                             Instant now) {
  for (const LifecycleRule& rule : rules)
    if (rule.expire_after && object.key.get().starts_with(rule.prefix) &&
        object.modified + *rule.expire_after <= now)
      return &rule;
  return nullptr;
}

/// What the object itself answered; nullptr: nothing, or it was not asked.
const ObjectHead* asked(const Observed& observed, const ObjectKey& key) {
  const auto head = observed.heads.find(key);
  return head != observed.heads.end() && head->second ? &*head->second : nullptr;
}

}  // namespace

bool belongs_to(const Desired& desired, const ObjectHead& head) {
  const auto owner = head.metadata.find(kPublicationMetadata);
  return owner != head.metadata.end() && owner->second == desired.name;
}

bool is_protected(const Desired& desired, const Observed& observed, const ObjectKey& key) {
  const auto covers = [&](const std::string& pattern) { return glob_match(pattern, key.get()); };
  return std::any_of(desired.protect.begin(), desired.protect.end(), covers) ||
         std::any_of(observed.journal.protect.begin(), observed.journal.protect.end(), covers);
}

Departures plan_departures(const Desired& desired, const Observed& observed,
                           const std::vector<IndexEntry>& entries,
                           const std::vector<LifecycleRule>& in_force) {
  Departures out;
  const Seconds margin = expiry_margin_of(desired);
  const auto* listing = if_complete(observed.objects);
  const Result<KeyTemplate> key_template = KeyTemplate::compile(desired.upload.key);
  const std::string prefix = key_template ? key_template->static_prefix() : "";
  Ascending<ListedObject> listed(listing ? std::span<const ListedObject>(*listing)
                                         : std::span<const ListedObject>());
  for (const IndexEntry& entry : entries) {
    const ListedObject* object = listed.find(entry.key);
    const ObjectHead* head = asked(observed, entry.key);
    // The earlier of what we noted and what the bucket says: whichever the provider counts from, the entry is
    // gone in time. A listing may lag behind a renewal: what the object itself says comes first.
    const auto unanswered = observed.head_errors.find(entry.key);
    const bool silent = unanswered != observed.head_errors.end();
    if (silent && object && leaves_by_listing_alone(desired, in_force, entry, *object, observed.now))
      out.unsettled = within("how old " + entry.key.get() + " is", unanswered->second);
    const Instant as_listed = object && !silent ? object->modified : entry.time;
    const Instant time = std::min(entry.time, head ? head->modified : as_listed);
    const std::optional<Instant> end = expires_at(in_force, entry.key, time);
    if (end && *end - margin <= observed.now) {
      out.leaving.insert(entry.key);
    } else if (listing && entry.key.get().starts_with(prefix) && !object) {
      // The listing may lag: what the object itself says comes first, and no answer is not an absence.
      if (!head && !silent) out.vanished.insert(entry.key);
    } else if (object && object->size != entry.size) {
      out.changed.insert(entry.key);
      out.notes.push_back({Note::Kind::kWarning, "objects/" + entry.key.get(),
                           fmt::format("has {} bytes, the index says {}: leaves the index",
                                       object->size.get(), entry.size.get()),
                           "drift: replaced by others"});
    } else if (const auto bytes = head ? sha256_of(*head) : std::nullopt; bytes && *bytes != entry.sha256) {
      out.changed.insert(entry.key);
      out.notes.push_back({Note::Kind::kWarning, "objects/" + entry.key.get(),
                           "has the digest " + to_hex(*bytes).substr(0, 12) + "…, the index says " +
                               to_hex(entry.sha256).substr(0, 12) + "…: leaves the index",
                           "drift: the index is older than the object"});
    }
  }
  return out;
}

bool leaves_by_listing_alone(const Desired& desired, const std::vector<LifecycleRule>& in_force,
                             const IndexEntry& entry, const ListedObject& object, Instant now) {
  const auto leaves = [&](Instant time) {
    const std::optional<Instant> end = expires_at(in_force, entry.key, time);
    return end && *end - expiry_margin_of(desired) <= now;
  };
  return object.modified < entry.time && leaves(object.modified) && !leaves(entry.time);
}

std::vector<ObjectKey> expired_candidates(const Desired& desired, const Observed& observed,
                                          const Named& named, std::size_t count_max) {
  const auto* listing = if_complete(observed.objects);
  if (!listing) return {};
  std::vector<const ListedObject*> found;
  for (const ListedObject& object : *listing)
    if (rule_of(desired.bucket.lifecycle.rules, object, observed.now) && !named.contains(object.key) &&
        !is_protected(desired, observed, object.key))
      found.push_back(&object);
  std::sort(found.begin(), found.end(),
            [](const ListedObject* a, const ListedObject* b) { return a->modified < b->modified; });
  std::vector<ObjectKey> out;
  for (const ListedObject* object : found) {
    if (out.size() == count_max) break;
    out.push_back(object->key);
  }
  return out;
}

std::vector<Refusal> check_guards(const Desired& desired, const Observed& observed, std::uint64_t objects,
                                  Bytes bytes, const Allowances& allowances) {
  std::vector<Refusal> out;
  if (objects == 0) return out;
  const GuardSpec& guards = desired.guards;
  const std::uint64_t count = objects + observed.journal.deleted_objects;
  const Bytes size = bytes + observed.journal.deleted_bytes;
  const std::string window = print_duration(guards.window);
  if (count > guards.max_deletes && !allowances.allows("maxDeletes", count))
    out.push_back(over(
        "maxDeletes", "maxDeletes", count,
        fmt::format("{} deletions now and {} in the last {} are over the limit of {}", print_count(objects),
                    print_count(observed.journal.deleted_objects), window, print_count(guards.max_deletes))));
  if (size > guards.max_delete_bytes && !allowances.allows("maxDeleteBytes", size.get()))
    out.push_back(over("maxDeleteBytes", "maxDeleteBytes", size.get(),
                       fmt::format("{} of deletions within {} are over the limit of {}", print_size(size),
                                   window, print_size(guards.max_delete_bytes))));
  const auto* listing = if_complete(observed.objects);
  const std::uint64_t total = (listing ? listing->size() : 0) + observed.journal.deleted_objects;
  const std::uint64_t percent = total == 0 ? 100 : (count * 100 + total - 1) / total;
  if (total >= kObjectsMinForPercent && percent > static_cast<std::uint64_t>(guards.max_delete_percent) &&
      !allowances.allows("maxDeletePercent", percent))
    out.push_back(
        over("maxDeletePercent", "maxDeletePercent", percent,
             fmt::format("{} of {} objects ({} %) within {} are over the limit of {} %", print_count(count),
                         print_count(total), percent, window, guards.max_delete_percent)));
  return out;
}

ExpiryPlan plan_expiry(const Desired& desired, const Observed& observed, const Named& named,
                       const std::vector<LifecycleRule>& in_force, const Allowances& allowances) {
  ExpiryPlan out;
  const auto* listing = if_complete(observed.objects);
  // Without the journal the rolling window is unknown, and with it what the guards still allow.
  if (!listing || !observed.store.remove || !observed.journal.known) return out;
  Bytes bytes;
  for (const ListedObject& object : *listing) {
    if (named.contains(object.key) || is_protected(desired, observed, object.key)) continue;
    const LifecycleRule* rule = rule_of(in_force, object, observed.now);
    const auto head = observed.heads.find(object.key);
    if (!rule || head == observed.heads.end() || !head->second) continue;
    const std::optional<Sha256> sha256 = sha256_of(*head->second);
    // Not ours, another publication's, or replaced since it was listed.
    if (!sha256 || !belongs_to(desired, *head->second) || head->second->etag != object.etag) continue;
    bytes = bytes + object.size;
    out.steps.push_back({ExpireObject{object.key, object.size, object.etag, *sha256, rule->id},
                         fmt::format("rule {}: {} old", rule->id,
                                     print_duration(std::chrono::floor<std::chrono::hours>(
                                         observed.now - object.modified)))});
  }
  out.refusals = check_guards(desired, observed, out.steps.size(), bytes, allowances);
  if (!out.refusals.empty()) out.steps.clear();
  return out;
}

}  // namespace reconcile
