// What a person is shown when a promise broke: which, when, what befell the run, the fewest faults that are
// enough, and how to see it again.

#include "reconciler/cli/simulate_report.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include <gtest/gtest.h>

#include "reconciler/base/files.h"

namespace reconcile::cli {
namespace {

using sim::FaultKind;

sim::SimulationResult broken_run(std::vector<sim::ScheduledFault> schedule) {
  sim::SimulationResult out;
  out.seed = 42;
  out.broken = sim::BrokenPromise{"S1", "a.parquet was released and its bytes are not in the bucket"};
  out.where = "step 3, call 71";
  out.schedule = std::move(schedule);
  return out;
}

SimulationReport broken_report() {
  const sim::ScheduledFault lost{71, FaultKind::kFailAfter, 9, "put data/a.parquet"};
  const sim::ScheduledFault other{12, FaultKind::kClockJump, 4, "observe"};
  SimulationReport out{40, 100, 5, {}, std::nullopt, std::nullopt};
  out.figures.runs = 3;
  out.figures.passes = 7;
  out.figures.calls = 1234;
  out.figures.simulated = Seconds(86400 * 800);
  out.figures.faults[static_cast<std::size_t>(FaultKind::kFailAfter)] = 1;
  out.figures.faults[static_cast<std::size_t>(FaultKind::kClockJump)] = 1;
  out.figures.broken = broken_run({other, lost});
  out.shrunk = broken_run({lost});
  return out;
}

/// Each of `parts`, one after another.
void expect_in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    const std::size_t found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << "\nis missing or out of order in\n" << text;
    at = found + part.size();
  }
}

TEST(SimulationReport, OfABrokenPromiseEndsWithTheFewestFaultsAndHowToReplayIt) {
  expect_in_order(
      simulation_text(broken_report()),
      {"seeds 40 to 139: stopped after 3 runs, 2.2 years of simulated time, 7 passes, 1,234 calls",
       "BROKEN PROMISE S1: a.parquet was released", "seed 42, step 3, call 71",
       "call    12  clock-jump         at observe\n",
       "call    71  fail-after         at put data/a.parquet\n", "1 of these is enough (step 3, call 71):\n",
       "call    71  fail-after", "Replay: reconcile simulate --seed 42 --steps 5\n"});
}

TEST(SimulationReport, SaysWhenNoFaultCouldBeLeftOutOrNoneIsNeeded) {
  SimulationReport report = broken_report();
  report.shrunk = report.figures.broken;
  const std::string text = simulation_text(report);
  EXPECT_NE(text.find("None of it could be left out"), std::string::npos) << text;
  EXPECT_EQ(text.find("enough"), std::string::npos);
  report.figures.broken->schedule.clear();
  report.shrunk->schedule.clear();
  expect_in_order(simulation_text(report), {"What had gone wrong until then:\n  nothing\n\nReplay"});
}

TEST(SimulationReport, NamesWhatNeverWentWrong) {
  SimulationReport report = broken_report();
  report.figures.broken.reset();
  report.shrunk.reset();
  expect_in_order(simulation_text(report), {"2 things went wrong:\n", "  fail-after                    1\n",
                                            "never: kill-before", "No promise was broken.\n"});
}

TEST(SimulationReport, OfOneSeedListsWhatBefellIt) {
  SimulationReport report = broken_report();
  report.first_seed = 42;
  report.seeds = 1;
  report.only = report.figures.broken;
  report.only->broken.reset();
  report.figures.broken.reset();
  report.shrunk.reset();
  report.figures.simulated = Seconds(90'000);
  expect_in_order(simulation_text(report),
                  {"seed 42: ", "1d1h of simulated time", "2 things went wrong:",
                   "fail-after         at put data/a.parquet", "scenario: ", "No promise was broken."});
}

TEST(SimulationReport, AsJsonIsWhatTheSchemaDescribes) {
  const std::string file = testing::TempDir() + "simulation-" + std::to_string(::getpid()) + ".json";
  ASSERT_TRUE(write_file_atomically(file, simulation_json(broken_report(), 2)));
  const std::string command =
      std::string("cd '") + SOURCE_DIR +
      "' && python3 tests/report/check_schema.py --closed schema/simulate.schema.json " + file;
  EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  std::remove(file.c_str());
}

}  // namespace
}  // namespace reconcile::cli
