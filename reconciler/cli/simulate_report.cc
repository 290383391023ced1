#include "reconciler/cli/simulate_report.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {
namespace {

using Json = nlohmann::ordered_json;
using sim::FaultKind;

constexpr std::size_t kWidth = 100;

std::string count_of(std::uint64_t count, const char* one, const char* many) {
  return print_count(count) + " " + (count == 1 ? one : many);
}

std::string print_simulated(std::chrono::duration<std::int64_t> simulated) {
  constexpr double kYear = 365.25 * 86400;
  const double years = static_cast<double>(simulated.count()) / kYear;
  if (years >= 1) return fmt::format("{:.1f} years", years);
  return print_duration(simulated.count() < 3600
                            ? Seconds(simulated)
                            : Seconds(std::chrono::floor<std::chrono::hours>(simulated)));
}

std::string seeds_of(const SimulationReport& report) {
  if (report.seeds == 1) return fmt::format("seed {}", report.first_seed);
  return fmt::format("seeds {} to {}", report.first_seed, report.first_seed + report.seeds - 1);
}

std::string list(const std::vector<sim::ScheduledFault>& schedule) {
  std::string out;
  for (const sim::ScheduledFault& fault : schedule)
    out += fmt::format("  call {:>5}  {:<18} at {}\n", fault.call, sim::name_of(fault.kind), fault.where);
  return out.empty() ? "  nothing\n" : out;
}

/// How often each thing went wrong; what never did is named, so that nobody counts on it.
std::string faults_of(const sim::SimulationFigures& figures) {
  std::string out, never;
  for (std::size_t i = 0; i < figures.faults.size(); ++i) {
    const char* const name = sim::name_of(static_cast<FaultKind>(i));
    if (figures.faults[i] == 0)
      never += (never.empty() ? "" : ", ") + std::string(name);
    else
      out += fmt::format("  {:<18} {:>12}\n", name, print_count(figures.faults[i]));
  }
  if (never.empty()) return out;
  for (const std::string& line : wrap("never: " + never, kWidth)) out += "  " + line + "\n";
  return out;
}

std::string figures_of(const SimulationReport& report) {
  const sim::SimulationFigures& figures = report.figures;
  std::string out =
      fmt::format("{}: {}{}, {} of simulated time, {}, {} of the world\n", seeds_of(report),
                  figures.broken && report.seeds > 1 ? "stopped after " : "",
                  count_of(figures.runs, "run", "runs"), print_simulated(figures.simulated),
                  count_of(figures.passes, "pass", "passes"), count_of(figures.calls, "call", "calls"));
  if (figures.restarts > 0)
    out += fmt::format("{} killed, at {}\n", count_of(figures.restarts, "process was", "processes were"),
                       count_of(figures.crash_points.size(), "different point", "different points"));
  return out;
}

/// Where every promise was kept.
std::string kept_of(const SimulationReport& report) {
  const sim::SimulationFigures& figures = report.figures;
  std::uint64_t faults = 0;
  for (const std::uint64_t count : figures.faults) faults += count;
  const auto passes = static_cast<std::uint64_t>(figures.worst_passes_to_converge);
  std::string out = passes == 0 ? "once nothing failed any more there was nothing left to do\n"
                                : fmt::format("once nothing failed any more all was done within {}\n",
                                              count_of(passes, "pass", "passes"));
  out += fmt::format("{} wrong:\n", count_of(faults, "thing went", "things went"));
  if (!report.only) return out + faults_of(figures) + "No promise was broken.\n";
  return out + fmt::format("{}scenario: {}\nNo promise was broken.\n", list(report.only->schedule),
                           describe(report.only->scenario));
}

/// Where one was not: the least that is needed to see it again comes last.
std::string broken_of(const SimulationReport& report) {
  const sim::SimulationResult& broken = *report.figures.broken;
  const sim::SimulationResult& shrunk = *report.shrunk;
  std::string out =
      fmt::format("\nBROKEN PROMISE {}: {}\n  seed {}, {}\n  scenario: {}\n\n", broken.broken->promise,
                  broken.broken->what, broken.seed, broken.where, describe(broken.scenario));
  out += "What had gone wrong until then:\n" + list(broken.schedule);
  if (!broken.schedule.empty() && shrunk.schedule.size() == broken.schedule.size())
    out += "None of it could be left out.\n";
  if (shrunk.schedule.size() < broken.schedule.size()) {
    out += fmt::format("\n{} of these {} enough ({}):\n{}", shrunk.schedule.size(),
                       shrunk.schedule.size() == 1 ? "is" : "are", shrunk.where, list(shrunk.schedule));
    if (shrunk.broken->what != broken.broken->what) out += "  then: " + shrunk.broken->what + "\n";
  }
  return out + fmt::format("\nReplay: reconcile simulate --seed {}{}\nThe promises: ARCHITECTURE.md\n",
                           broken.seed, report.steps ? fmt::format(" --steps {}", *report.steps) : "");
}

Json json_of(const std::vector<sim::ScheduledFault>& schedule) {
  Json out = Json::array();
  for (const sim::ScheduledFault& fault : schedule)
    out.push_back({{"call", fault.call},
                   {"kind", sim::name_of(fault.kind)},
                   {"value", std::to_string(fault.value)},
                   {"where", fault.where}});
  return out;
}

Json json_of_broken(const SimulationReport& report) {
  const sim::SimulationResult& broken = *report.figures.broken;
  const sim::SimulationResult& shrunk = *report.shrunk;
  return {{"seed", broken.seed},
          {"scenario", describe(broken.scenario)},
          {"promise", broken.broken->promise},
          {"what", broken.broken->what},
          {"where", broken.where},
          {"schedule", json_of(broken.schedule)},
          {"shrunk",
           {{"promise", shrunk.broken->promise},
            {"what", shrunk.broken->what},
            {"where", shrunk.where},
            {"schedule", json_of(shrunk.schedule)}}}};
}

}  // namespace

SimulationReport simulate_and_report(std::uint64_t first_seed, std::uint64_t seeds, unsigned jobs,
                                     const sim::SimulationOptions& options) {
  SimulationReport out{first_seed, seeds, options.steps, {}, std::nullopt, std::nullopt};
  out.figures = sim::simulate_many(first_seed, seeds, jobs, options);
  if (seeds == 1) out.only = sim::simulate(first_seed, options);
  if (out.figures.broken) out.shrunk = sim::shrink(*out.figures.broken, options);
  return out;
}

std::string simulation_text(const SimulationReport& report) {
  return figures_of(report) + (report.figures.broken ? broken_of(report) : kept_of(report));
}

std::string simulation_json(const SimulationReport& report, int indent) {
  const sim::SimulationFigures& figures = report.figures;
  Json faults = Json::object();
  for (std::size_t i = 0; i < figures.faults.size(); ++i)
    faults[sim::name_of(static_cast<FaultKind>(i))] = figures.faults[i];
  Json out{{"schemaVersion", kPlanSchemaVersion},
           {"kind", "Simulation"},
           {"firstSeed", report.first_seed},
           {"seeds", report.seeds},
           {"held", !figures.broken},
           {"runs", figures.runs},
           {"simulatedSeconds", figures.simulated.count()},
           {"passes", figures.passes},
           {"calls", figures.calls},
           {"processesKilled", figures.restarts},
           {"crashPoints", figures.crash_points},
           {"worstPassesToConverge", figures.worst_passes_to_converge},
           {"faults", faults}};
  out["broken"] = figures.broken ? json_of_broken(report) : Json();
  return out.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile::cli
