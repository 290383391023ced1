#include "reconciler/directory/lifecycle_file.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

namespace reconcile::directory {
namespace {

using Json = nlohmann::ordered_json;

// S3 PutBucketLifecycleConfiguration: at most 1,000 rules, ids of at most 255 characters.
constexpr std::size_t kRulesMax = 1000;
constexpr std::size_t kIdBytesMax = 255;
constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kDaysMax = 36500;

constexpr const char* kExpire = "expireAfterDays";
constexpr const char* kAbort = "abortIncompleteUploadsAfterDays";

/// Days as a member; nothing, with `understood` cleared, when it is not a sensible count.
std::optional<Seconds> days_in(const Json& json, const char* name, bool& understood) {
  const auto member = json.find(name);
  if (member == json.end()) return std::nullopt;
  if (member->is_number_integer()) {
    const auto days = member->get<std::int64_t>();
    if (days >= 1 && days <= kDaysMax) return Seconds(days * kSecondsPerDay);
  }
  understood = false;
  return std::nullopt;
}

LiveRule rule_from(const Json& json) {
  static const std::set<std::string> kKnown = {"id", "enabled", "prefix", kExpire, kAbort};
  LiveRule live;
  live.raw = json.dump();
  live.rule.id = json.at("id").get<std::string>();
  live.rule.prefix = json.value("prefix", std::string());
  live.enabled = json.value("enabled", true);
  live.rule.expire_after = days_in(json, kExpire, live.understood);
  live.rule.abort_uploads_after = days_in(json, kAbort, live.understood);
  for (const auto& [name, value] : json.items())
    if (!kKnown.contains(name)) live.understood = false;
  return live;
}

Result<std::int64_t> whole_days(Seconds duration, const std::string& id) {
  const std::int64_t seconds = duration.count();
  if (seconds >= kSecondsPerDay && seconds % kSecondsPerDay == 0 && seconds / kSecondsPerDay <= kDaysMax)
    return seconds / kSecondsPerDay;
  return fail(Fault::kInvalidInput, "lifecycle rule " + id + ": " + std::to_string(seconds) + " seconds",
              "use whole days, at least 1");
}

Result<Json> json_of(const LiveRule& live) {
  const LifecycleRule& rule = live.rule;
  if (!live.raw.empty()) {
    Json json = Json::parse(live.raw);
    if (!json.is_object() || json.at("id") != rule.id)
      return fail(Fault::kInvalidInput,
                  "lifecycle rule " + rule.id + ": its raw text is that of another rule",
                  "read the lifecycle document again");
    return json;
  }
  if (!rule.expire_after && !rule.abort_uploads_after)
    return fail(Fault::kInvalidInput, "lifecycle rule " + rule.id + " does nothing",
                "give it expireAfter or abortIncompleteUploadsAfter");
  Json json = {{"id", rule.id}, {"enabled", live.enabled}, {"prefix", rule.prefix}};
  if (rule.expire_after) {
    TRY_ASSIGN(const std::int64_t days, whole_days(*rule.expire_after, rule.id));
    json[kExpire] = days;
  }
  if (rule.abort_uploads_after) {
    TRY_ASSIGN(const std::int64_t days, whole_days(*rule.abort_uploads_after, rule.id));
    json[kAbort] = days;
  }
  return json;
}

}  // namespace

Result<LifecycleDocument> parse_lifecycle(const std::string& text, const std::string& where) try {
  const Json json = Json::parse(text);
  const Json& rules = json.at("rules");
  if (!rules.is_array() || rules.size() > kRulesMax)
    return fail(Fault::kCorrupt, where + ": `rules` is not a list of at most 1,000", "correct the file");
  LifecycleDocument document;
  for (const Json& rule : rules) document.rules.push_back(rule_from(rule));
  std::sort(document.rules.begin(), document.rules.end(),
            [](const LiveRule& a, const LiveRule& b) { return a.rule.id < b.rule.id; });
  return document;
} catch (const Json::exception& error) {
  return fail(Fault::kCorrupt, where + ": " + error.what(),
              "correct the file, or delete it to have no rules");
}

Result<std::string> print_lifecycle(const LifecycleDocument& document) try {
  if (document.rules.size() > kRulesMax)
    return fail(Fault::kInvalidInput, std::to_string(document.rules.size()) + " lifecycle rules",
                "use at most 1,000");
  Json rules = Json::array();
  std::set<std::string> ids;
  for (const LiveRule& live : document.rules) {
    const std::string& id = live.rule.id;
    if (id.empty() || id.size() > kIdBytesMax || !ids.insert(id).second)
      return fail(Fault::kInvalidInput, "lifecycle rule id `" + id.substr(0, 64) + "`",
                  "give every rule an id of its own, 1 to 255 bytes");
    TRY_ASSIGN(Json rule, json_of(live));
    rules.push_back(std::move(rule));
  }
  return Json{{"rules", std::move(rules)}}.dump(2) + "\n";
} catch (const Json::exception& error) {
  return fail(Fault::kInvalidInput, std::string("lifecycle document: ") + error.what(),
              "read the lifecycle document again");
}

}  // namespace reconcile::directory
