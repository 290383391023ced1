#include "reconciler/sim/rule_text.h"

#include <charconv>
#include <sstream>

namespace reconcile::sim {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;

std::optional<Seconds> days(const std::string& value, bool& understood) {
  int count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  if (error == std::errc() && end == value.data() + value.size() && count > 0 && count <= 36500)
    return Seconds(count * kSecondsPerDay);
  understood = false;
  return std::nullopt;
}

bool whole_days(const std::optional<Seconds>& duration) {
  return !duration || (duration->count() >= kSecondsPerDay && duration->count() % kSecondsPerDay == 0);
}

}  // namespace

LiveRule parse_rule(const std::string& text) {
  LiveRule live;
  live.raw = text;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = std::min(line.find('='), line.size());
    const std::string name = line.substr(0, equals);
    const std::string value = equals < line.size() ? line.substr(equals + 1) : "";
    if (name == "id") {
      live.rule.id = value;
    } else if (name == "prefix") {
      live.rule.prefix = value;
    } else if (name == "enabled") {
      live.enabled = value == "true";
    } else if (name == "expire_days") {
      live.rule.expire_after = days(value, live.understood);
    } else if (name == "abort_days") {
      live.rule.abort_uploads_after = days(value, live.understood);
    } else {
      live.understood = false;
    }
  }
  return live;
}

Result<std::string> print_rule(const LiveRule& live) {
  const LifecycleRule& rule = live.rule;
  const auto refuse = [&](const std::string& why) {
    return fail(Fault::kInvalidInput, "lifecycle rule `" + rule.id + "` " + why, "correct the rule");
  };
  if (!live.raw.empty()) {
    if (parse_rule(live.raw).rule.id != rule.id) return refuse("has the raw text of another one");
    return live.raw;
  }
  if (rule.id.empty() || (rule.id + rule.prefix).find('\n') != std::string::npos) return refuse("is no rule");
  if (!rule.expire_after && !rule.abort_uploads_after) return refuse("does nothing");
  if (!whole_days(rule.expire_after) || !whole_days(rule.abort_uploads_after))
    return refuse("is not in whole days");
  std::string text =
      "id=" + rule.id + "\nprefix=" + rule.prefix + "\nenabled=" + (live.enabled ? "true" : "false") + "\n";
  const auto add = [&](const char* name, const std::optional<Seconds>& duration) {
    if (duration) text += std::string(name) + "=" + std::to_string(duration->count() / kSecondsPerDay) + "\n";
  };
  add("expire_days", rule.expire_after);
  add("abort_days", rule.abort_uploads_after);
  return text;
}

}  // namespace reconcile::sim
