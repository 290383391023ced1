#include <algorithm>
#include <thread>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/commands.h"
#include "reconciler/sim/simulate.h"

namespace reconcile::cli {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const sim::ScheduledFault& fault) {
  return {{"call", fault.call},
          {"kind", sim::name_of(fault.kind)},
          {"value", fault.value},
          {"where", fault.where}};
}

Json json_of(const sim::SimulationResult& broken, const sim::SimulationResult& shrunk) {
  Json schedule = Json::array(), shortest = Json::array();
  for (const sim::ScheduledFault& fault : broken.schedule) schedule.push_back(json_of(fault));
  for (const sim::ScheduledFault& fault : shrunk.schedule) shortest.push_back(json_of(fault));
  return {{"seed", broken.seed},
          {"scenario", describe(broken.scenario)},
          {"promise", broken.broken->promise},
          {"what", broken.broken->what},
          {"where", broken.where},
          {"schedule", schedule},
          {"shrunk",
           {{"promise", shrunk.broken->promise},
            {"what", shrunk.broken->what},
            {"where", shrunk.where},
            {"schedule", shortest}}}};
}

Json json_of(const sim::SimulationFigures& figures) {
  Json faults = Json::object();
  for (std::size_t i = 0; i < figures.faults.size(); ++i)
    faults[sim::name_of(static_cast<sim::FaultKind>(i))] = figures.faults[i];
  return {{"runs", figures.runs},
          {"simulatedSeconds", figures.simulated.count()},
          {"passes", figures.passes},
          {"calls", figures.calls},
          {"processesKilled", figures.restarts},
          {"crashPoints", figures.crash_points},
          {"worstPassesToConverge", figures.worst_passes_to_converge},
          {"faults", faults},
          {"broken", nullptr}};
}

std::string text_of(const std::vector<sim::ScheduledFault>& schedule) {
  std::string out;
  for (const sim::ScheduledFault& fault : schedule)
    out += fmt::format("  call {:>5}  {:<18} {}\n", fault.call, sim::name_of(fault.kind), fault.where);
  return out.empty() ? "  nothing went wrong\n" : out;
}

std::string text_of(const sim::SimulationFigures& figures) {
  std::uint64_t faults = 0;
  for (const std::uint64_t count : figures.faults) faults += count;
  std::string out = fmt::format(
      "{} runs, {:.1f} simulated years, {} passes, {} calls, {} faults injected\n"
      "{} processes killed, at {} crash points; worst passes to converge: {}\n",
      print_count(figures.runs), static_cast<double>(figures.simulated.count()) / (365.25 * 86400),
      print_count(figures.passes), print_count(figures.calls), print_count(faults),
      print_count(figures.restarts), figures.crash_points.size(), figures.worst_passes_to_converge);
  for (std::size_t i = 0; i < figures.faults.size(); ++i)
    out += fmt::format("  {:<18} {:>12}\n", sim::name_of(static_cast<sim::FaultKind>(i)),
                       print_count(figures.faults[i]));
  return out;
}

std::string text_of(const sim::SimulationResult& broken, const sim::SimulationResult& shrunk,
                    std::optional<int> steps) {
  return fmt::format(
      "BROKEN PROMISE {}: {}\n  seed {}, {}\n  scenario: {}\n  replay: reconcile simulate --seed {}{}\nits "
      "faults:\n{}"
      "the fewest that were found to break it ({}: {}; {}):\n{}",
      broken.broken->promise, broken.broken->what, broken.seed, broken.where, describe(broken.scenario),
      broken.seed, steps ? fmt::format(" --steps {}", *steps) : "", text_of(broken.schedule),
      shrunk.broken->promise, shrunk.broken->what, shrunk.where, text_of(shrunk.schedule));
}

}  // namespace

ExitCode simulate_command(const Options& options, Console& console) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const unsigned jobs = options.jobs == 0 ? cores : static_cast<unsigned>(options.jobs);
  const sim::SimulationOptions simulation{.steps = options.steps};
  const sim::SimulationFigures figures = sim::simulate_many(options.seed, options.seeds, jobs, simulation);
  const bool json = options.output == Output::kJson || options.output == Output::kNdjson;
  const int indent = options.output == Output::kNdjson ? -1 : 2;
  if (!figures.broken) {
    console.out(json ? json_of(figures).dump(indent) + "\n" : text_of(figures) + "No promise was broken.\n");
    return kOk;
  }
  const sim::SimulationResult shrunk = sim::shrink(*figures.broken, simulation);
  Json out = json_of(figures);
  out["broken"] = json_of(*figures.broken, shrunk);
  console.out(json ? out.dump(indent) + "\n"
                   : text_of(figures) + text_of(*figures.broken, shrunk, options.steps));
  return kError;
}

}  // namespace reconcile::cli
