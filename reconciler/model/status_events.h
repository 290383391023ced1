#pragma once
// What happened to a publication, for people, in the manner of Kubernetes' events: what happens again is
// counted, not told again. Values; bounded, however long the process runs.

#include <cstdint>
#include <string>
#include <vector>

#include "reconciler/base/strong.h"

namespace reconcile {

struct StatusEvent {
  std::string reason;     ///< CamelCase, never empty
  std::string address;    ///< as in a plan ("chain/commitment"), a domain ("objects"), "condition/Ready", …
  std::string message;    ///< of the last time; raw, at most kEventMessageMax bytes; never a secret
  std::string pattern{};  ///< what is the same in all messages that count as one; not shown
  bool warning = false;   ///< somebody may want to look
  std::uint64_t count = 1;  ///< times, from `first` to `last`
  Instant first{};
  Instant last{};
};

/// Events that are kept of one publication.
inline constexpr std::size_t kStatusEventsMax = 100;
inline constexpr std::size_t kEventMessageMax = 320;

/// `event` happened at `now`. One of the same reason, address and pattern counts it; else it is new, and what
/// did not happen for longest makes room. `events` stays in order, what happened last in front.
void remember(std::vector<StatusEvent>& events, StatusEvent event, Instant now);

/// A message without what differs from time to time: words with a digit or a slash in them (numbers, times,
/// keys, request ids) become `#`.
std::string pattern_of(const std::string& message);

}  // namespace reconcile
