#pragma once
// Carries a plan out, in its order, each step only when what it rests on was proved in this very pass.

#include "reconciler/engine/ports.h"
#include "reconciler/engine/upload_pool.h"
#include "reconciler/model/apply_report.h"
#include "reconciler/model/plan.h"
#include "reconciler/plan/allowances.h"

namespace reconcile {

struct ApplyOptions {
  UploadOptions uploads;
  Allowances allowances;
};

/// `observed` is what `plan` was made from. Never throws; every step of the plan gets an outcome.
ApplyReport apply(const Desired& desired, const Observed& observed, const Plan& plan, WritePorts& ports,
                  const ApplyOptions& options);

}  // namespace reconcile
