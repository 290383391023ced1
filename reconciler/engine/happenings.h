#pragma once
// What a pass did and saw, told to people: pure.

#include <vector>

#include "reconciler/engine/verdict.h"
#include "reconciler/model/status_events.h"

namespace reconcile {

/// Files of one kind that are told one by one; the others are counted.
inline constexpr std::size_t kToldFilesMax = 5;

/// What others changed of what this program left: one address each. `settled`: a pass has left everything as
/// this very manifest asks, so that a setting which differs now was changed since.
std::vector<std::string> drift_in(const PassResult& result, bool settled);

/// Each kind of thing once, however many files it befell: what was done is summed up, errors stand by class
/// and domain with the first of them. `result`: null where the pass could not take place. Nothing is told of
/// steps that were not reached because the process was asked to stop.
std::vector<StatusEvent> happenings(const PassResult* result, const Verdict& verdict, bool settled);

}  // namespace reconcile
