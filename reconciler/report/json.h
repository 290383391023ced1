#pragma once
// A plan for machines. schema/plan.schema.json and schema/event.schema.json describe both forms.

#include <cstdint>
#include <optional>
#include <string>

#include "reconciler/model/plan.h"

namespace reconcile {

struct JsonOptions {
  std::string tool_version;      ///< empty: this program's
  std::optional<int> exit_code;  ///< what the process will exit with, where that is known
};

/// One document; parse_plan reads it back.
std::string render_json(const Plan& plan, const JsonOptions& options = {});

/// One JSON object a line, each with `type` and `message`: version, observe…, planned_action…, note…,
/// refusal…, summary. A reader that does not know a type can show its message.
std::string render_ndjson(const Plan& plan, const JsonOptions& options = {});

/// What is emitted while a plan is applied.
enum class ApplyEventType { kStart, kProgress, kComplete, kErrored, kSkipped, kInfo, kWarning };

/// One ndjson line: apply_start, apply_progress, apply_complete, apply_errored, apply_skipped, info, warning.
/// The byte counts are left out when `bytes_total` is 0.
std::string ndjson_apply_event(ApplyEventType type, const std::string& address, const std::string& message,
                               std::uint64_t bytes_done = 0, std::uint64_t bytes_total = 0);

/// This program's version, such as "0.1.0".
const char* tool_version();

}  // namespace reconcile
