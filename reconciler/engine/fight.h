#pragma once
// Notices that somebody undoes what this program does, again and again: two controllers with one rule, a
// provider that rewrites what it is given.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/model/apply_report.h"
#include "reconciler/model/plan.h"

namespace reconcile {

class FightDetector {
 public:
  /// The same change, carried out and verified so often within `window`, and wanted once more, is a fight.
  static constexpr std::size_t kTimes = 3;
  /// Changes that are remembered; the oldest is forgotten first.
  static constexpr std::size_t kChangesMax = 10'000;

  explicit FightDetector(Seconds window) : window_(window) {}

  void applied(const Plan& plan, const ApplyReport& report, Instant now);
  /// Both sides, for people; nothing while nobody fights. Once the oldest of the three is out of the window
  /// the change may be tried again: at most three writes a window.
  std::optional<Error> fought(const Plan& plan, Instant now) const;
  /// Somebody acted: the manifest changed, or a pass was asked for.
  void forget() { times_.clear(); }

 private:
  Seconds window_;
  std::map<Sha256, std::vector<Instant>>
      times_;  ///< by the change: its address, what was there, what is wanted
};

}  // namespace reconcile
