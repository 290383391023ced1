#pragma once
// A plan as JSON: to show, to store, to read back, and to hash.

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"
#include "reconciler/model/plan.h"

namespace reconcile {

/// Of the plan's and the outcome's JSON. A new minor version only adds; another major version is refused.
inline constexpr const char* kPlanSchemaVersion = "1.0";

/// A saved plan longer than this is refused rather than read: it would hold some four million index entries.
inline constexpr Bytes kPlanBytesMax{1ull << 30};

/// The steps with their preconditions, without anything that depends on the time of planning: RFC 8785 form
/// (keys sorted, no whitespace). Publication and manifest digest stand in it too, so that an approval given
/// for one publication never fits another. Where a new index is still to be written, what is derived from its
/// bytes (its key, the commitment's text) is left out, since they hold the time; the entries stand in it.
std::string canonical_actions_json(const Plan& plan);

/// SHA-256 of canonical_actions_json: what --approve names.
Sha256 digest_of(const Plan& plan);

/// The whole plan: ASCII, indented by two, keys in a fixed order, a newline at the end. Sizes, counts and
/// times are never floats; device, inode and mtime are strings, since they may be above 2^53. `exit_code` is
/// left out when unset.
std::string print_plan(const Plan& plan, const std::string& tool_version,
                       std::optional<int> exit_code = std::nullopt);

/// The inverse of print_plan. What the digest leaves out (an index's times; key, url and bytes that follow
/// from them) is only as good as the file: whoever applies a saved plan derives those anew. kCorrupt, with
/// the place, when the text is no plan or its steps do not match its digest; kUnsupported for a major version
/// that is not ours.
Result<Plan> parse_plan(std::string_view json);

/// What one step costs to undo.
enum class Reversibility {
  kReversible,    ///< the opposite change restores the state before
  kRecoverable,   ///< the bytes still exist elsewhere: in the bucket, the trash, the quarantine, on chain
  kIrreversible,  ///< bytes will be gone
};
Reversibility reversibility_of(const Action& action);
/// "reversible", "recoverable", "irreversible".
const char* name_of(Reversibility reversibility);

/// "bucket", "objects", "index", "chain" or "buffer": the first part of the address.
std::string domain_of(const Action& action);

/// One element of `actions`, for those who print steps one by one.
nlohmann::ordered_json json_of(const Step& step);
/// One element of `observations`, `notes`, `refusals`; the object `summary`.
nlohmann::ordered_json json_of(const DomainSummary& domain);
nlohmann::ordered_json json_of(const Note& note);
nlohmann::ordered_json json_of(const Refusal& refusal);
nlohmann::ordered_json json_of(const PlanCounts& counts);

/// Stable words: "info", "foreign", "waiting", "warning", "unknown".
const char* name_of(Note::Kind kind);
/// "delete", "trash", "keep".
const char* name_of(AfterPublish how);

}  // namespace reconcile
