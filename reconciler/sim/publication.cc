#include "reconciler/sim/publication.h"

namespace reconcile::sim {

Publication::Publication(World& world, const Scenario& scenario, Judge& judge, const DisguiseMaker& disguise)
    : world_(world),
      scenario_(scenario),
      judge_(judge),
      original_(manifest_of(scenario)),
      desired_(original_),
      next_(original_),
      disguise_(disguise ? disguise(world) : nullptr) {}

std::optional<PassResult> Publication::pass(const Allowances& allowances,
                                            const LoopedPublication::Request* request) {
  desired_ = next_;
  if (!request || request->sweep) swept_.forget();
  if (!request || !breakers_) breakers_.emplace(clock_, rhythm_of(desired_), world_.options.seed);
  if (request && request->by_hand) breakers_->close();
  judge_.pass_begins(desired_, allowances.allows("foreign-commitment"));
  const WritePorts real{store_,  scenario_.strategy == Strategy::kNone ? nullptr : &chain_,
                        buffer_, journal_,
                        clock_,  readers_,
                        events_, &checker_,
                        &signer_};
  WritePorts ports = disguise_ ? disguise_->wear(real) : real;
  ports.breakers = &*breakers_;
  PassOptions options;
  options.apply.uploads.parallelism = 1;          // one thread: a seed replays exactly
  options.apply.uploads.listed_together_min = 2;  // few files come in one pass
  options.apply.allowances = allowances;
  if (request) options.approve = request->approve;
  const Site site{.bucket_location = "s3://sim",
                  .account = account_,
                  .index_inline_max = scenario_.inline_max,
                  .swept = &swept_,
                  .settled_run_min = 1};
  try {
    PassResult result = run_pass(desired_, site, ports, options);
    // A pass that may only look agrees with whatever it finds: that is not convergence.
    const bool may_act =
        desired_.mode == Mode::kEnforce && !(desired_.suspend && desired_.suspend->until > world_.now);
    judge_.pass_ends(may_act && (result.plan.empty() || (result.report && result.report->converged)));
    return result;
  } catch (const Killed&) {
    swept_.forget();
    breakers_.reset();
    die();
    return std::nullopt;
  }
}

/// Now and then the machine loses its power, and what had not been made durable is gone with the process.
void Publication::die() {
  if (!world_.befallen || world_.befallen->value % 2 != 0) return;
  world_.folder.staged.clear();
  journal_.lose_power();
}

}  // namespace reconcile::sim
