#include "reconciler/report/summary.h"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/report/rows.h"

namespace reconcile {

std::string closing_counts(const Plan& plan) {
  const PlanCounts& counts = plan.counts;
  const std::array<std::pair<std::uint64_t, const char*>, 7> parts{{{counts.upload, "to upload"},
                                                                    {counts.change, "to change"},
                                                                    {counts.remove, "to delete"},
                                                                    {counts.commit, "to commit"},
                                                                    {counts.release, "to release"},
                                                                    {counts.quarantine, "quarantined"},
                                                                    {counts.blocked, "blocked"}}};
  std::string out;
  for (const auto& [count, words] : parts)
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", print_count(count), words);
  // Steps that none of the counts speaks of, such as an index without an upload.
  if (out.empty()) out = counted(plan.steps.size(), "step");
  return "Plan: " + out + ".";
}

std::string closing_cost(const Plan& plan) {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (plan.counts.upload_bytes.get() > 0) add(print_size(plan.counts.upload_bytes) + " up");
  if (plan.counts.requests > 0) add(counted(plan.counts.requests, "request"));
  const auto worth_saying = [](MicroUsd amount) { return std::abs(amount.get()) >= 5'000; };  // half a cent
  const MicroUsd monthly = plan.counts.monthly;
  if (worth_saying(monthly)) add(fmt::format("{}{}/month", monthly.get() < 0 ? "" : "+", print_usd(monthly)));
  if (worth_saying(plan.counts.once)) add(fmt::format("{} once", print_usd(plan.counts.once)));
  return out.empty() ? out : out + ".";
}

std::string closing_empty(const Plan& plan) {
  std::string unknown;
  for (const DomainSummary& domain : plan.domains)
    if (domain.completeness != "complete")
      unknown += fmt::format("{}{} {}", unknown.empty() ? "" : ", ", domain.domain, domain.completeness);
  if (unknown.empty()) return kNoChanges;
  return fmt::format("Nothing to do is known. Not everything could be read: {}.", unknown);
}

std::string short_digest(const Sha256& digest, std::size_t digits) {
  return to_hex(digest).substr(0, digits);
}

std::string revision_words(const Revision& revision) {
  const std::string commit = "commit " + revision.commit.substr(0, 12);
  return revision.signer.empty() ? commit : commit + " (signed: " + revision.signer + ")";
}

}  // namespace reconcile
