#include "reconciler/model/status_events.h"

#include <algorithm>

namespace reconcile {
namespace {

/// Never in the middle of a character.
std::string clipped(const std::string& text) {
  if (text.size() <= kEventMessageMax) return text;
  std::size_t end = kEventMessageMax - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

void remember(std::vector<StatusEvent>& events, StatusEvent event, Instant now) {
  event.first = event.last = now;
  event.message = clipped(event.message);
  const auto found = std::find_if(events.begin(), events.end(), [&](const StatusEvent& known) {
    return known.reason == event.reason && known.address == event.address && known.pattern == event.pattern;
  });
  if (found != events.end()) {
    event.first = found->first;
    event.count += found->count;
    events.erase(found);
  }
  events.insert(events.begin(), std::move(event));
  if (events.size() > kStatusEventsMax) events.pop_back();
}

std::string pattern_of(const std::string& message) {
  std::string out;
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t end = std::min(message.find(' ', at), message.size());
    const std::string word = message.substr(at, end - at);
    const bool differs = word.find_first_of("0123456789/") != std::string::npos;
    out += (out.empty() ? "" : " ") + (differs ? std::string("#") : word);
    at = end + 1;
  }
  return out;
}

}  // namespace reconcile
