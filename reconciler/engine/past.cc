#include "reconciler/engine/past.h"

#include <algorithm>

#include <fmt/core.h>

namespace reconcile {
namespace {

/// Journals of before knew other words.
std::string result_of(const std::string& outcome) {
  if (outcome == "converged") return "ok";
  if (outcome == "applied" || outcome == "planned") return "changes";
  for (const char* known : {"ok", "changes", "partial", "blocked"})
    if (outcome == known) return outcome;
  return "error";
}

}  // namespace

std::vector<PassSummary> past_passes(const std::vector<PassRecord>& records) {
  std::vector<PassSummary> out;
  for (const PassRecord& record : records)
    out.push_back({fmt::format("journal-{}", record.id), record.started, record.ended,
                   result_of(record.outcome), record.summary.empty() ? record.outcome : record.summary});
  return out;
}

}  // namespace reconcile
