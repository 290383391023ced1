#pragma once
// One pass: observe, plan, ask, apply, and look again.

#include <functional>
#include <optional>

#include "reconciler/engine/apply.h"
#include "reconciler/engine/ports.h"
#include "reconciler/model/status.h"

namespace reconcile {

/// Reads and decides; the ports have no writing half. May be repeated at will.
struct PlanResult {
  Observed observed;
  Plan plan;
};
PlanResult plan_only(const Desired& desired, const Site& site, const ReadPorts& ports,
                     const Allowances& allowances);

/// Of the lease, in events and problems.
inline constexpr const char* kLeaseAddress = "bucket/lease";

enum class Approval { kYes, kNo };

struct PassOptions {
  ApplyOptions apply;
  /// Shown the plan before anything outside the staging folder is written. An error ends the pass with it.
  std::function<Result<Approval>(Plan& plan)> approve;
};

struct LeaseSeen {
  bool held = false;             ///< false: another machine has it, or whether it is free is unknown
  bool lost = false;             ///< another took it over while this pass was at work
  bool other_holder = false;     ///< another had written it before
  std::string taken_from;        ///< who had it before and did not give it back; empty: nobody else
  std::optional<Seconds> ahead;  ///< the store's clock less this machine's
};

struct PassResult {
  Plan plan;
  std::optional<ApplyReport> report;  ///< absent: nothing was applied (nothing to do, not approved, or mode)
  std::optional<Plan> left;           ///< what a new plan still wants after the apply
  std::optional<Error> refused;       ///< why a plan with steps was not begun
  /// kChange: another machine wrote between the plan and the lease, and the plan would be another now.
  enum class RefusedBy { kApproval, kLease, kChange } refused_by = RefusedBy::kApproval;
  Sight sight{};                     ///< of the last look
  std::optional<LeaseSeen> lease{};  ///< nothing: none was asked for, or this store keeps none
};

/// Compresses what is to be compressed (into the staging folder only), plans, asks, applies, plans again.
PassResult run_pass(const Desired& desired, const Site& site, WritePorts& ports, const PassOptions& options);

}  // namespace reconcile
