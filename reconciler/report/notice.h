#pragma once
// Which changes of a publication's status are told to webhooks, and in which words.

#include <optional>
#include <string>

#include "reconciler/model/status.h"

namespace reconcile {

/// What a webhook was last told, or would have been.
struct Told {
  Truth ready = Truth::kUnknown;
  std::string reason;
  friend bool operator==(const Told&, const Told&) = default;
};

struct Notice {
  std::string publication;
  Told before;
  Told now;
  std::string message;
  std::string remedy;  ///< empty: nothing is to be done
  Instant at;          ///< when the pass ended that saw it
};

/// The change since `told`, which becomes what stands now. Told are Ready and no longer Ready, and, while it
/// is not, that a guard or a fight has come to be what keeps it so. Not told: that all is well from the start
/// on, and a pass that was asked to stop.
std::optional<Notice> notice_of(Told& told, const PublicationStatus& status);

/// The body of the request, JSON. Discord and Slack ask nobody's attention by name, whatever the text holds.
std::string render_notice(NotifyKind kind, const Notice& notice);

}  // namespace reconcile
