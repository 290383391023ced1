#include "reconciler/model/status.h"

#include <algorithm>

namespace reconcile {

Seconds lag_of(const PublicationStatus& status, Instant now) {
  Instant since = status.caught_up.value_or(status.taken_up);
  if (!status.caught_up && status.sight.oldest_unpublished)
    since = std::min(since, *status.sight.oldest_unpublished);
  return std::max(Seconds(0), now - since);  // the clock may have been turned back
}

const Condition* condition_of(const PublicationStatus& status, const std::string& type) {
  for (const Condition& condition : status.conditions)
    if (condition.type == type) return &condition;
  return nullptr;
}

const char* name_of(Truth truth) {
  switch (truth) {
    case Truth::kFalse:
      return "False";
    case Truth::kTrue:
      return "True";
    case Truth::kUnknown:
      return "Unknown";
  }
  return "Unknown";
}

}  // namespace reconcile
