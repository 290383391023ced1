#pragma once
// What a simulated publication is like, and what its scraper does: drawn from the seed, apart from the
// faults.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/model/desired.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/sim/world.h"

namespace reconcile::sim {

struct Scenario {
  Strategy strategy = Strategy::kIndex;
  std::size_t inline_max = kIndexInlineMax;  ///< above so many entries the index is stored in parts
  AfterPublish after_publish = AfterPublish::kDelete;
  bool lifecycle_enforced = true;  ///< false: the program deletes what expires, under its guards
  int expire_days = 14;
  std::uint64_t deletes_max = 100;
  std::optional<std::uint64_t> epoch_bytes_max{};  ///< the chain's byte budget
  std::size_t page_keys = 1000;
  int steps = 12;                  ///< each: files arrive, time passes, a pass or as many as come due
  std::uint64_t pause_max = 1200;  ///< seconds that pass in a step, at most
  bool raw_files = false;          ///< some are compressed on the way
  bool damaged_files = false;
  bool names_return = true;  ///< new files under names that were there before
  bool looped = false;  ///< passes when the loop's own schedule says so, in steps of time; else one a step
};

/// Every strategy, small and large indexes, short and long pauses.
Scenario scenario_of(std::uint64_t seed);
/// "index, parts above 2, delete, 14 d, 12 steps of 1200 s".
std::string describe(const Scenario& scenario);

Desired manifest_of(const Scenario& scenario);
WorldOptions world_of(const Scenario& scenario, std::uint64_t seed);

/// The files that arrive in one step.
struct Arrival {
  std::string name;
  std::string content;
  std::string damage;
};
std::vector<Arrival> arrivals(const Scenario& scenario, std::uint64_t seed, int step);
/// The pause after them.
Seconds pause_after(const Scenario& scenario, std::uint64_t seed, int step);

/// A later version of the manifest: other rules, another mode, a suspension.
Desired revised(Desired desired, std::uint64_t value, Instant now);

}  // namespace reconcile::sim
