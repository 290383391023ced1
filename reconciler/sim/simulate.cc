#include "reconciler/sim/simulate.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "reconciler/sim/outsiders.h"
#include "reconciler/sim/process.h"

namespace reconcile::sim {
namespace {

/// What L1 promises.
constexpr int kPassesToConverge = 3;
/// Of one step: a process that is killed is started again.
constexpr int kRestartsMax = 3;

Scenario scenario_for(std::uint64_t seed, const SimulationOptions& options) {
  Scenario out = options.scenario ? *options.scenario : scenario_of(seed);
  out.steps = options.steps.value_or(out.steps);
  return out;
}

class Run {
 public:
  Run(std::uint64_t seed, const SimulationOptions& options)
      : seed_(seed),
        scenario_(scenario_for(seed, options)),
        schedule_(options.schedule ? Schedule(*options.schedule) : Schedule(seed)),
        world_(world_of(scenario_, seed)),
        judge_(world_, scenario_.strategy, Account{13, "5Hotkey"}, manifest_of(scenario_).name),
        publication_(world_, scenario_, judge_, options.disguise),
        process_(world_, publication_, judge_, seed),
        outsiders_(world_, publication_, judge_, scenario_) {
    world_.schedule = &schedule_;
    world_.witness = &judge_;
    world_.somebody_else = [this](const ScheduledFault& fault) { outsiders_.act(fault); };
  }

  SimulationResult run() {
    for (int step = 0; step < scenario_.steps && !judge_.broken(); ++step) {
      for (const Arrival& file : arrivals(scenario_, seed_, step)) outsiders_.scrape(file);
      work(pause_after(scenario_, seed_, step));
      out_.where = "step " + std::to_string(step + 1) + " of " + std::to_string(scenario_.steps) + ", call " +
                   std::to_string(schedule_.calls());
    }
    out_.calls = schedule_.calls();
    if (!judge_.broken()) come_to_rest();
    out_.passes += process_.passes();
    out_.restarts += process_.restarts();
    out_.seed = seed_;
    out_.scenario = scenario_;
    out_.broken = judge_.broken();
    out_.schedule = schedule_.fired();
    out_.simulated = world_.now - world_.options.start;
    out_.trace = world_.trace;
    return std::move(out_);
  }

 private:
  void work(Seconds pause) {
    if (scenario_.looped) return process_.live(pause, mix(seed_, 0xa5ced + world_.calls.size()) % 4 == 0);
    world_.advance(pause);
    for (int start = 0; start <= kRestartsMax; ++start) {
      ++out_.passes;
      if (publication_.pass()) return;
      ++out_.restarts;
      if (judge_.broken()) return;
    }
  }

  /// Faults and changes stop, and the operator allows by name whatever guards ask for.
  void come_to_rest() {
    out_.where = "at rest";
    schedule_.stop();
    outsiders_.leave();
    world_.advance(Seconds(7200));
    Allowances allowances;
    for (const char* guard :
         {"maxDeletes", "maxDeletePercent", "maxDeleteBytes", "vanished", "foreign-commitment", "lost-index"})
      allowances.add(guard);
    const int passes_max = kPassesToConverge + files_in_turn();
    std::optional<PassResult> last;
    int epochs = 0;
    std::size_t excuses = 0;
    Instant looked = world_.now;
    for (int pass = 0; pass <= passes_max; ++pass) {
      const bool came = somebodys_time_came(std::exchange(looked, world_.now));
      last = asked_pass(allowances);
      if (judge_.broken()) return;
      if (last->plan.empty()) {
        out_.passes_to_converge = std::max(0, pass - files_in_turn_at_rest_);
        return judge_rest(allowances);
      }
      // Once an entry's time comes between two of these passes, the second needs a commit of its own, and the
      // chain's bytes for this epoch may not hold it: that is no change that stopped. A pass that sends
      // nothing for it does not count, at most once per commit; with a fresh epoch there is no such excuse.
      if (last_commit_is_of_this_epoch() && world_.writes().empty() && epochs < kPassesToConverge) {
        ++epochs;
        --pass;
        wait_for_the_next_epoch();
        continue;
      }
      // The world has not stopped changing while an object's time comes: that is new work, once for each.
      if (came && excuses < world_.bucket.objects.size()) {
        ++excuses;
        --pass;
      }
      // Hardly any time, or else entries leave the index because theirs has come. One commit for each file
      // may need an epoch of the chain for each.
      world_.advance(Seconds(scenario_.strategy == Strategy::kLastFile ? 5400 : 60));
    }
    judge_.blame("L1", "not converged after " + std::to_string(passes_max) + " quiet passes: " + why(*last));
  }

  /// Nothing kills it any more.
  PassResult asked_pass(const Allowances& allowances) {
    if (scenario_.looped) return process_.pass(allowances);
    ++out_.passes;
    return *publication_.pass(allowances);
  }

  /// Since so long: the time to leave the index, or to go.
  bool somebodys_time_came(Instant since) const {
    constexpr Seconds kSlack{
        120};  // a commit takes its time, and an entry's time is not the object's to the second
    const Desired& desired = publication_.desired();
    const LifecycleRule& rule = desired.bucket.lifecycle.rules.at(0);
    if (!rule.expire_after) return false;
    for (const auto& [key, object] : world_.bucket.objects) {
      const Instant end = object.modified + *rule.expire_after;
      for (const Instant moment : {end - expiry_margin_of(desired), end})
        if (key.starts_with(rule.prefix) && moment + kSlack > since && moment <= world_.now + kSlack)
          return true;
    }
    return false;
  }

  bool last_commit_is_of_this_epoch() const {
    const WorldOptions& options = world_.options;
    const auto& included = world_.chain.included;
    return options.epoch_bytes_max && !included.empty() &&
           included.back().block / options.epoch_blocks == world_.head_block() / options.epoch_blocks;
  }

  /// Until finalized blocks, which the budget is read at, belong to it.
  void wait_for_the_next_epoch() {
    const WorldOptions& options = world_.options;
    const std::uint64_t left = options.epoch_blocks - world_.head_block() % options.epoch_blocks;
    world_.advance(static_cast<std::int64_t>(left + options.finality_lag) * options.block_time);
  }

  /// last-file publishes one file a pass.
  int files_in_turn() {
    if (scenario_.strategy == Strategy::kLastFile)
      files_in_turn_at_rest_ = static_cast<int>(world_.folder.files.size());
    return files_in_turn_at_rest_;
  }

  void judge_rest(const Allowances& allowances) {
    if (scenario_.after_publish != AfterPublish::kKeep && !world_.folder.files.empty())
      judge_.blame("L1", "at rest, and " + world_.folder.files.begin()->first + " is still in the buffer");
    judge_.at_rest();
    out_.published = judge_.reachable();
    world_.forget_calls();
    asked_pass(allowances);
    if (const std::vector<Call> writes = world_.writes(); !writes.empty())
      judge_.blame("S9", "at rest, and one more pass wrote: " + writes[0].method + " " + writes[0].subject);
  }

  static std::string why(const PassResult& last) {
    std::string out;
    for (const Refusal& refusal : last.plan.refusals) out += refusal.error.cause + "; ";
    if (last.report)
      for (const ActionOutcome& outcome : last.report->outcomes)
        if (outcome.error) out += outcome.error->cause + "; ";
    for (const Step& step : last.plan.steps) out += address_of(step.action) + " ";
    return out;
  }

  std::uint64_t seed_;
  Scenario scenario_;
  Schedule schedule_;
  World world_;
  Judge judge_;
  Publication publication_;
  Process process_;
  Outsiders outsiders_;
  int files_in_turn_at_rest_ = 0;
  SimulationResult out_;
};

}  // namespace

SimulationResult simulate(std::uint64_t seed, const SimulationOptions& options) {
  return Run(seed, options).run();
}

SimulationResult shrink(const SimulationResult& broken, const SimulationOptions& options,
                        std::size_t runs_max) {
  SimulationResult best = broken;
  std::size_t runs = 0;
  const auto still_breaks = [&](const std::vector<ScheduledFault>& schedule) {
    ++runs;
    SimulationOptions shorter = options;
    shorter.schedule = schedule;
    SimulationResult result = simulate(broken.seed, shorter);
    if (!result.broken || result.broken->promise != broken.broken->promise) return false;
    best = std::move(result);
    return true;
  };
  // Halves, quarters, …, single faults; again from the size that last helped until nothing can go.
  const auto leave_out = [&] {
    for (std::size_t chunk = std::max<std::size_t>(best.schedule.size() / 2, 1); chunk > 0;) {
      bool helped = false;
      for (std::size_t at = 0; at < best.schedule.size() && runs < runs_max;) {
        std::vector<ScheduledFault> rest = best.schedule;
        const auto begin = rest.begin() + static_cast<std::ptrdiff_t>(at);
        rest.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(chunk, rest.size() - at)));
        if (still_breaks(rest))
          helped = true;
        else
          at += chunk;
      }
      if (!helped || runs >= runs_max) chunk /= 2;
      if (runs >= runs_max) break;
    }
  };
  leave_out();
  // Some are there only because they make the run as long as the last one needs it: that one may come sooner.
  for (std::size_t size = best.schedule.size() + 1; size > best.schedule.size() && runs < runs_max;) {
    size = best.schedule.size();
    std::vector<ScheduledFault> sooner = best.schedule;
    if (sooner.empty()) break;
    for (sooner.back().call /= 2; sooner.back().call > 0 && runs < runs_max && !still_breaks(sooner);
         sooner.back().call /= 2) {
    }
    leave_out();
  }
  return best;
}

void SimulationFigures::add(const SimulationResult& result) {
  ++runs;
  passes += result.passes;
  calls += result.calls;
  restarts += result.restarts;
  simulated += result.simulated;
  worst_passes_to_converge = std::max(worst_passes_to_converge, result.passes_to_converge);
  for (const ScheduledFault& fault : result.schedule) {
    ++faults[static_cast<std::size_t>(fault.kind)];
    const std::string method = fault.where.substr(0, fault.where.find(' '));
    if (fault.kind == FaultKind::kKillBefore) crash_points.insert("before " + method);
    if (fault.kind == FaultKind::kKillAfter) crash_points.insert("after " + method);
  }
  if (result.broken && (!broken || result.seed < broken->seed)) broken = result;
}

void SimulationFigures::add(const SimulationFigures& other) {
  runs += other.runs;
  passes += other.passes;
  calls += other.calls;
  restarts += other.restarts;
  simulated += other.simulated;
  worst_passes_to_converge = std::max(worst_passes_to_converge, other.worst_passes_to_converge);
  for (std::size_t i = 0; i < faults.size(); ++i) faults[i] += other.faults[i];
  crash_points.insert(other.crash_points.begin(), other.crash_points.end());
  if (other.broken && (!broken || other.broken->seed < broken->seed)) broken = other.broken;
}

SimulationFigures simulate_many(std::uint64_t first, std::uint64_t count, unsigned jobs,
                                const SimulationOptions& options) {
  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> stop = false;
  std::vector<SimulationFigures> figures(std::max(1u, jobs));
  const auto work = [&](SimulationFigures& into) {
    while (!stop) {
      const std::uint64_t i = next++;
      if (i >= count) return;
      into.add(simulate(first + i, options));
      if (into.broken) stop = true;  // whoever is at work on a lower seed finishes it
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < figures.size(); ++i) threads.emplace_back([&, i] { work(figures[i]); });
    work(figures[0]);
  }
  for (std::size_t i = 1; i < figures.size(); ++i) figures[0].add(figures[i]);
  return std::move(figures[0]);
}

}  // namespace reconcile::sim
