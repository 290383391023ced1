#include "reconciler/report/notice.h"

#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/report/display.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

// Discord: `content` has at most 2,000 characters (API reference, Create Message). Slack cuts `text` at
// 40,000.
constexpr std::size_t kPartBytesMax = 700;

bool waits_for_somebody(const std::string& reason) {
  return reason == "GuardBlocked" || reason == "NotConverging";
}

/// At most kPartBytesMax bytes of printable text, no letter cut in two.
std::string part(const std::string& text) {
  std::string out = visible(text);
  if (out.size() <= kPartBytesMax) return out;
  std::size_t end = kPartBytesMax;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "…";
}

std::string words_of(const Notice& notice) {
  const bool ready = notice.now.ready == Truth::kTrue;
  std::string out = fmt::format("{}: {}: {}: {}", part(notice.publication), ready ? "Ready" : "not Ready",
                                notice.now.reason, part(notice.message));
  if (!notice.remedy.empty()) out += "\nWhat to do: " + part(notice.remedy);
  return out;
}

/// docs.slack.dev, "Formatting message text": these three are control characters.
std::string for_slack(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

Json json_of(const Notice& notice) {
  Json out{{"schemaVersion", "1.0"},
           {"kind", "Notice"},
           {"publication", notice.publication},
           {"at", print_time(notice.at)},
           {"ready", notice.now.ready == Truth::kTrue},
           {"reason", notice.now.reason},
           {"message", notice.message}};
  if (!notice.remedy.empty()) out["remedy"] = notice.remedy;
  if (!notice.before.reason.empty()) out["before"] = notice.before.reason;
  return out;
}

}  // namespace

std::optional<Notice> notice_of(Told& told, const PublicationStatus& status) {
  const Condition* const ready = condition_of(status, "Ready");
  if (!ready || ready->status == Truth::kUnknown || ready->reason == "Cancelled") return std::nullopt;
  const Told before = std::exchange(told, {ready->status, ready->reason});
  const bool well_from_the_start = before.ready == Truth::kUnknown && told.ready == Truth::kTrue;
  const bool other_truth = before.ready != told.ready && !well_from_the_start;
  const bool other_block =
      told.ready == Truth::kFalse && before.reason != told.reason && waits_for_somebody(told.reason);
  if (!other_truth && !other_block) return std::nullopt;
  Notice out{status.name, before, told, ready->message, "", {}};
  if (told.ready == Truth::kFalse && status.last_error) out.remedy = status.last_error->error.remedy;
  if (!status.history.empty()) out.at = status.history.front().ended;
  return out;
}

std::string render_notice(NotifyKind kind, const Notice& notice) {
  Json body;
  switch (kind) {
    case NotifyKind::kGeneric:
      body = json_of(notice);
      break;
    case NotifyKind::kDiscord:
      body = {{"content", words_of(notice)}, {"allowed_mentions", {{"parse", Json::array()}}}};
      break;
    case NotifyKind::kSlack:
      body = {{"text", for_slack(words_of(notice))}};
      break;
  }
  return body.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace reconcile
