#pragma once
// The panels of the status page as members of the status document.

#include <nlohmann/json_fwd.hpp>

#include "reconciler/report/headline.h"

namespace reconcile {

nlohmann::ordered_json headline_json(const Headline& headline);
nlohmann::ordered_json transfers_json(const ProcessStatus& status);

/// plan, board, timeline, expiry, chain, cost, guards, readers, health. What is not known is null.
void add_panels(nlohmann::ordered_json& out, const PublicationStatus& status, Instant now);

}  // namespace reconcile
