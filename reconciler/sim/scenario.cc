#include "reconciler/sim/scenario.h"

#include <array>

#include "reconciler/sim/schedule.h"

namespace reconcile::sim {
namespace {

constexpr std::array kStrategies = {Strategy::kIndex,    Strategy::kContentAddressed,
                                    Strategy::kTwoField, Strategy::kStaticPointer,
                                    Strategy::kLastFile, Strategy::kNone};
constexpr std::uint64_t kPlaces = 0x5ce0000;  ///< so that no place is one of the schedule's
constexpr std::uint64_t kLongPause = 72'000;

const char* name_of(Strategy strategy) {
  switch (strategy) {
    case Strategy::kIndex:
      return "index";
    case Strategy::kContentAddressed:
      return "content-addressed";
    case Strategy::kTwoField:
      return "two-field";
    case Strategy::kStaticPointer:
      return "static-pointer";
    case Strategy::kLastFile:
      return "last-file";
    case Strategy::kNone:
      return "none";
  }
  return "";
}

}  // namespace

Scenario scenario_of(std::uint64_t seed) {
  std::uint64_t place = kPlaces;
  const auto below = [&](std::uint64_t bound) { return mix(seed, ++place) % bound; };
  Scenario out;
  const std::uint64_t way = below(10);  // the default strategy half of the time
  out.strategy = way < kStrategies.size() ? kStrategies[way] : Strategy::kIndex;
  if (below(2) == 0) out.inline_max = 2;
  const std::uint64_t after = below(8);
  if (after == 0) out.after_publish = AfterPublish::kTrash;
  if (after == 1 && out.strategy != Strategy::kLastFile) out.after_publish = AfterPublish::kKeep;
  out.lifecycle_enforced = below(3) != 0;
  out.expire_days = std::array{3, 7, 14}[below(3)];
  if (!out.lifecycle_enforced) out.deletes_max = 1 + below(4);
  if (below(4) == 0) out.epoch_bytes_max = 300;
  out.page_keys = 1 + below(5);
  // Short lives find as much as long ones do, and sooner; some faults need a past to fall upon.
  out.steps = 3 + static_cast<int>(below(below(6) == 0 ? 20 : 6));
  if (below(2) == 0) out.pause_max = kLongPause;
  if (!out.lifecycle_enforced && below(2) == 0) {  // long enough for the program to delete, day by day
    out.pause_max = kLongPause;
    out.expire_days = 3;
    out.steps = 12 + static_cast<int>(below(12));
  }
  out.raw_files = below(3) == 0;
  out.damaged_files = below(4) == 0;
  out.looped = below(5) == 0;
  return out;
}

std::string describe(const Scenario& scenario) {
  std::string out = name_of(scenario.strategy);
  if (scenario.inline_max < kIndexInlineMax) out += ", parts above " + std::to_string(scenario.inline_max);
  if (scenario.after_publish == AfterPublish::kTrash) out += ", trash";
  if (scenario.after_publish == AfterPublish::kKeep) out += ", keep";
  out += scenario.lifecycle_enforced ? ", expired by the provider" : ", expired by the program";
  out += " after " + std::to_string(scenario.expire_days) + " d";
  if (scenario.epoch_bytes_max) out += ", " + std::to_string(*scenario.epoch_bytes_max) + " bytes an epoch";
  return out + ", " + std::to_string(scenario.steps) + " steps of up to " +
         std::to_string(scenario.pause_max) + " s" + (scenario.looped ? ", in the loop" : "");
}

Desired manifest_of(const Scenario& scenario) {
  Desired out;
  out.name = "sim";
  out.source = "sim.yaml";
  out.bucket.provider = Provider::kS3;
  out.bucket.name = "sim";
  out.bucket.create = true;
  out.bucket.lifecycle.rules = {
      {"ExpireOldData", "data/", Seconds(std::chrono::days(scenario.expire_days)), std::nullopt}};
  out.buffer.after_publish = scenario.after_publish;
  out.guards.max_deletes = scenario.deletes_max;
  // A pass or two in each step, whatever its length.
  if (scenario.looped)
    out.upload.cadence =
        std::max(out.upload.cadence, Seconds(static_cast<std::int64_t>(scenario.pause_max / 3)));
  if (scenario.strategy == Strategy::kNone) return out;
  CommitmentSpec commitment;
  commitment.network = Network::kLedger;
  commitment.netuid = 13;
  commitment.strategy = scenario.strategy;
  commitment.format = default_format(scenario.strategy);
  out.commitment = commitment;
  return out;
}

WorldOptions world_of(const Scenario& scenario, std::uint64_t seed) {
  WorldOptions out;
  out.seed = seed;
  out.page_keys = scenario.page_keys;
  out.store.lifecycle_enforced = scenario.lifecycle_enforced;
  out.epoch_bytes_max = scenario.epoch_bytes_max;
  return out;
}

std::vector<Arrival> arrivals(const Scenario& scenario, std::uint64_t seed, int step) {
  std::uint64_t place = kPlaces + 0x1000 * static_cast<std::uint64_t>(step + 1);
  const auto next = [&] { return mix(seed, ++place); };
  std::vector<Arrival> out;
  for (std::uint64_t left = next() % 3; left > 0; --left) {
    const std::uint64_t which = next();
    const std::uint64_t name = scenario.names_return ? which % 6 : which;
    Arrival file{"f" + std::to_string(name) + ".parquet", "content " + std::to_string(which), ""};
    if (scenario.raw_files && which / 6 % 2 == 0) file.name = "r" + std::to_string(name) + ".jsonl";
    if (scenario.damaged_files && which / 12 % 5 == 0) file.damage = "truncated";
    out.push_back(std::move(file));
  }
  return out;
}

Seconds pause_after(const Scenario& scenario, std::uint64_t seed, int step) {
  const std::uint64_t drawn = mix(seed, kPlaces + 0x1000 * static_cast<std::uint64_t>(step + 1));
  return Seconds(60 + static_cast<std::int64_t>(drawn % scenario.pause_max));
}

Desired revised(Desired desired, std::uint64_t value, Instant now) {
  auto& rule = desired.bucket.lifecycle.rules.at(0);
  switch (value % 6) {
    case 0:
      rule.expire_after = Seconds(std::chrono::days(3));
      break;
    case 1:
      rule.expire_after = Seconds(std::chrono::days(30));
      break;
    case 2:
      desired.suspend = SuspendSpec{now + Seconds(7200), "maintenance"};
      break;
    case 3:
      desired.mode = desired.mode == Mode::kEnforce ? Mode::kPlan : Mode::kEnforce;
      break;
    case 4:
      if (desired.buffer.after_publish != AfterPublish::kKeep)
        desired.buffer.after_publish = desired.buffer.after_publish == AfterPublish::kDelete
                                           ? AfterPublish::kTrash
                                           : AfterPublish::kDelete;
      break;
    default:
      desired.bucket.lifecycle.expiry_margin = Seconds(std::chrono::hours(24 + value / 6 % 24));
  }
  return desired;
}

}  // namespace reconcile::sim
