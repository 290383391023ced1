#pragma once
// The steps that touch the bucket, each with its precondition checked right before and its effect read back
// after. The text of a success is what the outcome line shows.

#include "reconciler/engine/ports.h"
#include "reconciler/model/plan.h"

namespace reconcile {

Result<std::string> create_bucket(WritePorts& ports);

/// kConflict when the document is not what the plan saw, or is not what was written when it is read back.
Result<std::string> set_lifecycle(const Desired& desired, const Observed& observed,
                                  const SetLifecycle& action, WritePorts& ports);

/// Puts the object's bytes again so that it lives on; verified before and after.
Result<std::string> renew_object(const RenewObject& action, WritePorts& ports);

/// Deletes one object of ours: still the one that was planned, counted in the journal before it goes.
Result<std::string> expire_object(const ExpireObject& action, WritePorts& ports);

}  // namespace reconcile
