#include "reconciler/report/headline.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/report/rows.h"

namespace reconcile {
namespace {

std::string message_of(const Condition* condition) {
  return condition ? condition->reason + (condition->message.empty() ? "" : ": ") + condition->message : "";
}

}  // namespace

std::string ago(Seconds passed) {
  if (passed < Seconds(60)) return "just now";
  if (passed < Seconds(3600)) return fmt::format("{} m ago", passed / Seconds(60));
  if (passed < Seconds(2 * 86400)) return fmt::format("{} h ago", passed / Seconds(3600));
  return fmt::format("{} d ago", passed / Seconds(86400));
}

Headline headline_of(const PublicationStatus& status, Instant now) {
  const Condition* ready = condition_of(status, "Ready");
  const Condition* stalled = condition_of(status, "Stalled");
  // What an earlier process left behind says nothing of this one.
  const bool passed = status.observed_generation > 0 && !status.history.empty();
  const bool blocked = passed && status.history.front().result == "blocked";
  const auto is = [&](const char* reason) { return ready && ready->reason == reason; };
  if (is("Suspended")) return {"Suspended", "idle", ready->message, 2};
  if (blocked) return {"Blocked", "bad", message_of(ready), 6};
  if (stalled && stalled->status == Truth::kTrue) return {"Stalled", "bad", message_of(stalled), 7};
  if (!ready || ready->status == Truth::kUnknown)
    return {"Starting", "busy", "the first pass has not ended yet", 3};
  if (is("Converged")) return {"Converged", "good", status.caught_up ? ago(now - *status.caught_up) : "", 0};
  if (ready->status == Truth::kTrue) return {"Converging", "busy", ready->message, 1};
  if (is("Drift")) return {"Drifted", "warn", ready->message, 4};
  if (status.last_error) return {"Retrying", "warn", message_of(ready), 5};
  return {"Converging", "busy", ready->message, 3};
}

Headline headline_of(const ProcessStatus& status) {
  if (status.publications.empty()) return {"Empty", "idle", "no publication is looked after", 0};
  Headline worst{"", "", "", -1};
  std::size_t alike = 0;
  for (const PublicationStatus& publication : status.publications) {
    Headline one = headline_of(publication, status.now);
    if (one.rank > worst.rank)
      alike = 0, worst = std::move(one);
    else if (one.word != worst.word)
      continue;
    ++alike;
  }
  if (status.publications.size() > 1)
    worst.text = fmt::format("{} of {}", alike, counted(status.publications.size(), "publication"));
  return worst;
}

std::vector<const PublicationStatus*> worst_first(const ProcessStatus& status) {
  std::vector<std::pair<int, const PublicationStatus*>> ranked;
  for (const PublicationStatus& publication : status.publications)
    ranked.emplace_back(-headline_of(publication, status.now).rank, &publication);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const PublicationStatus*> out;
  for (const auto& [rank, publication] : ranked) out.push_back(publication);
  return out;
}

}  // namespace reconcile
