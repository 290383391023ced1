#pragma once
// What the listener answers: pure.

#include <string>

#include "reconciler/model/status.h"

namespace reconcile::serve {

struct Answer {
  int code = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::string policy{};  ///< Content-Security-Policy; empty: nothing may be loaded at all
};

/// The loop says at least every minute that it is alive, and each event of a pass says so too. Longer than
/// any single request or finalization may take.
inline constexpr Seconds kHeartbeatMax{15 * 60};

/// GET / (the page), /healthz, /readyz, /metrics and
/// /api/v1/{status,overview,publications/NAME,openapi.json}; 404 for another path, 405 for another method.
///   /healthz  503: the loop has not moved for kHeartbeatMax
///   /readyz   503: a publication is neither Ready nor suspended; the body names it
Answer answer(const std::string& method, const std::string& path, const ProcessStatus& status);

}  // namespace reconcile::serve
