#pragma once
// What a finished pass means: for the conditions, for the counters, and for when to come back.

#include <optional>
#include <string>

#include "reconciler/engine/breaker.h"
#include "reconciler/engine/pass.h"
#include "reconciler/model/fault_policy.h"

namespace reconcile {

struct Problem {
  std::string address;
  std::string reason;  ///< of the condition Ready
  bool needs_human = false;
  Error error;
};

struct Verdict {
  std::string result;              ///< as PassSummary::result
  std::optional<Problem> problem;  ///< the worst one: what needs a human before what does not
  std::optional<Fault> retry;  ///< the fault with the shortest wait; nothing: the next regular pass will do
  Seconds not_before{0};       ///< from the pass's end: the bucket's Retry-After, at most kRetryAfterMax
  bool caught_up = false;      ///< nothing is left, new files since the pass began aside
  bool converged = false;      ///< nothing is left at all
  bool drift = false;          ///< steps that the mode does not let us take
};

/// Of a pass that took place.
Verdict judge(const Desired& desired, const PassResult& result);
/// What a pass did and what is left, in one line. `result`: null where it could not take place.
std::string describe(const Verdict& verdict, const PassResult* result);
/// Of one that could not: credentials, journal, lock. `address` says of what.
Verdict judge(const std::string& address, const Error& error);

}  // namespace reconcile
