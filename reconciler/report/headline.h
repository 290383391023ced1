#pragma once
// One word for how a publication stands, and for all of them: that of the worst.

#include <string>

#include "reconciler/model/status.h"

namespace reconcile {

struct Headline {
  std::string word;  ///< "Converged", "Converging", "Retrying", "Drifted", "Blocked", "Stalled", "Suspended",
                     ///< "Starting"; for all of them also "Empty"
  std::string tone;  ///< "good", "busy", "warn", "bad", "idle"
  std::string text;  ///< "4 m ago", or why
  int rank = 0;      ///< the higher, the worse
};

Headline headline_of(const PublicationStatus& status, Instant now);
Headline headline_of(const ProcessStatus& status);

/// "just now", "4 m ago", "3 h ago", "2 d ago".
std::string ago(Seconds passed);

/// Worst first, then by name.
std::vector<const PublicationStatus*> worst_first(const ProcessStatus& status);

}  // namespace reconcile
