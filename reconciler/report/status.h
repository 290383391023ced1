#pragma once
// How the continuous mode stands, for machines: JSON and Prometheus text. schema/status.schema.json describes
// the JSON. Neither holds a secret; object keys stand in the plan's lines alone.

#include <string>

#include "reconciler/model/status.h"

namespace reconcile {

/// Of render_status_json. A new minor version only adds.
inline constexpr const char* kStatusSchemaVersion = "1.2";

/// kOverview leaves out what is long: of the passes all but the newest, the events, the plan's
/// lines, the panels.
enum class StatusDetail { kAll, kOverview };

/// One document of kind "Status", indented, a newline at the end.
std::string render_status_json(const ProcessStatus& status, StatusDetail detail = StatusDetail::kAll);

/// Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): HELP and TYPE before
/// each family's samples. The label `publication` is metadata.name.
std::string render_metrics(const ProcessStatus& status);

}  // namespace reconcile
