#include "tests/page/page_states.h"

#include <fmt/core.h>

namespace reconcile {
namespace {

constexpr Instant kNow{Seconds(1'795'000'000)};

PublicationStatus converged(const std::string& name) {
  PublicationStatus p;
  p.name = name;
  p.manifest = "manifests/" + name + ".yaml";
  p.observed_generation = 1;
  p.conditions = {
      {"Ready", Truth::kTrue, "Converged", "bucket, buffer and chain match the manifest", 1, kNow},
      {"Reconciling", Truth::kFalse, "Idle", "the next pass comes with the cadence", 1, kNow},
      {"Stalled", Truth::kFalse, "NotStalled", "nothing waits for a person", 1, kNow}};
  p.taken_up = kNow - Seconds(86400);
  p.caught_up = kNow - Seconds(250);
  p.next_pass = kNow + Seconds(950);
  p.cadence = Seconds(1200);
  p.budget_monthly_usd = 10;
  p.sight.buffer_known = true;
  p.sight.budget = CommitBudget{3100, 400, 7'412'990, kNow + Seconds(2400)};
  p.sight.chain = ChainSight{"finney", 7'412'908, "rc1|k3JxTq0c8mE|https://pub-41.example/i/00000124.json",
                             7'412'641, "ours"};
  p.commitments = {
      {p.sight.chain->commitment, 7'412'641, kNow - Seconds(3000)},
      {"rc1|Zm9vYmFyLg|https://pub-41.example/i/00000123.json", 7'412'402, kNow - Seconds(6000)}};
  p.sight.stored = Leaving{12'418, Bytes(44'345'000'000)};
  p.sight.leaving.emplace();
  for (std::size_t day = 0; day < kLeavingDays; ++day)
    if (day > 2 && day < 16) p.sight.leaving->at(day) = {700 + day * 37 % 300, Bytes((2 + day % 3) << 30)};
  p.sight.cost = CostEstimate{{{.name = "storage",
                                .unit = CostItem::Unit::kByteMonths,
                                .quantity = 44'345'000'000,
                                .free = 10'000'000'000,
                                .price = MicroUsd(15'000),
                                .amount = MicroUsd(515'175),
                                .why = "41.3 GiB now; 2.9 GiB a day kept for 14d are 40.6 GiB"},
                               {.name = "uploads",
                                .quantity = 26'610,
                                .free = 26'610,
                                .price = MicroUsd(4'500'000),
                                .why = "887 objects a day"},
                               {.name = "listings",
                                .quantity = 1'060'480,
                                .free = 973'390,
                                .price = MicroUsd(4'500'000),
                                .amount = MicroUsd(391'905),
                                .own = true,
                                .why = "13 pages of objects, 1 of indexes each time"}},
                              MicroUsd(907'080),
                              "2026-11"};
  p.sight.guards = {
      {"maxDeletes", 12, 100}, {"maxDeletePercent", 1, 10}, {"maxDeleteBytes", 900 << 20, 5ull << 30}};
  p.plan.emplace();
  p.plan->made = kNow - Seconds(250);
  p.plan->closing = "No changes. Bucket, buffer and chain match the manifest.";
  p.plan->unchanged = 12'418;
  p.plan->domains = {{"bucket", "r2://" + name, "complete", 12'418, {}, ""},
                     {"buffer", "./buffer", "complete", 0, {}, ""},
                     {"chain", "finney netuid 13", "complete", {}, {}, "block 7,412,908 finalized"}};
  for (int i = 0; i < 12; ++i) {
    const Instant at = kNow - Seconds(250 + i * 1200);
    const bool quiet = i % 4 != 3;
    p.history.push_back({fmt::format("p-{}", 99 - i), at - Seconds(7), at, quiet ? "ok" : "changes",
                         quiet ? "nothing is left to do" : "29 done, 0 failed, 1.9 GiB up, 26 released"});
  }
  p.events = {{"Committed", "chain/commitment", "1 commitment: finalized in block 7,412,641", "", false, 41,
               kNow - Seconds(180'000), kNow - Seconds(3000)},
              {"DriftDetected", "bucket/lifecycle", "others changed it since it was last in agreement", "",
               true, 1, kNow - Seconds(9000), kNow - Seconds(9000)},
              {"Converged", "condition/Ready", "True: bucket, buffer and chain match the manifest", "", false,
               41, kNow - Seconds(180'000), kNow - Seconds(250)}};
  return p;
}

void problem(PublicationStatus& p, const char* reason, const char* address, Error error, const char* result) {
  p.conditions[0] = {"Ready", Truth::kFalse, reason, error.cause, 1, kNow - Seconds(60)};
  p.history.push_front(
      {"p-100", kNow - Seconds(70), kNow - Seconds(60), result, std::string(reason) + ": " + error.cause});
  p.last_error = LastError{address, std::move(error), kNow - Seconds(60)};
  p.next_pass = kNow + Seconds(45);
}

PublicationStatus converging(const std::string& name) {
  PublicationStatus p = converged(name);
  p.conditions[0] = {"Ready", Truth::kFalse, "Progressing", "something is left for the next pass", 1, kNow};
  p.conditions[1] = {"Reconciling", Truth::kTrue, "PassRunning", "a pass is at work", 1, kNow};
  p.next_pass.reset();
  p.pending = {{{"objects", "create"}, 2}, {{"index", "create"}, 1}, {{"chain", "commit"}, 1}};
  p.plan->empty = false;
  p.plan->closing = "Plan: 2 to upload, 1 to commit.";
  p.plan->command = "reconcile -f manifests/" + name + ".yaml --approve 9f3c41d0";
  p.plan->lines = {{"objects", '+', "data/2026/11/22/reddit_07.parquet", "512.4 MiB", "new in buffer", {}},
                   {"objects", '+', "data/2026/11/22/x_09.json.gz", "41.0 MiB", "new in buffer", {}},
                   {"index", '+', "i/00000125.json", "names 12,420 objects", "2 new", {}},
                   {"commitment",
                    '^',
                    "rc1|…|https://pub-41.example/i/00000125.json",
                    "100 of 128 bytes, 100 charged",
                    "the index changes",
                    {"replaces rc1|k3JxTq0c8mE|https://pub-41.example/i/00000124.json"}}};
  p.plan->board = {{"objects/data/2026/11/22/reddit_07.parquet", "pending",
                    "published as data/2026/11/22/reddit_07.parquet", "absent",
                    "reddit_07.parquet, 512.4 MiB", "new in buffer"},
                   {"chain/commitment", "pending", "rc1|…|…/00000125.json", "",
                    "rc1|k3JxTq0c8mE|…/00000124.json", "the index changes"},
                   {"buffer/x_10.parquet", "waiting", "", "", "", "still being written"},
                   {"bucket/lifecycle/tmp-debug", "foreign", "", "present, not ours", "", "left alone"}};
  return p;
}

PublicationStatus blocked(const std::string& name) {
  PublicationStatus p = converged(name);
  const Error error{Fault::kDenied, "412 deletions now and 12 in the last 1d are over the limit of 100",
                    "look whether the rule is meant so; to accept it once: --allow maxDeletes=424"};
  problem(p, "GuardBlocked", "objects", error, "blocked");
  p.sight.guards[0].used = 98;
  p.events.insert(p.events.begin(), {"GuardBlocked", "objects", "maxDeletes: " + error.cause, "", true, 7,
                                     kNow - Seconds(1200), kNow - Seconds(60)});
  p.plan->empty = false;
  p.plan->closing = "Plan: 1 blocked.";
  p.plan->lines = {{"blocked", 'x', "objects", "maxDeletes", error.cause, {error.remedy}}};
  p.plan->board = {{"objects", "blocked", "maxDeletes", "", "", error.cause}};
  return p;
}

PublicationStatus chain_down(const std::string& name) {
  PublicationStatus p = converged(name);
  problem(p, "ChainUnavailable", "chain",
          {Fault::kTransient, "wss://node.example: connection refused",
           "it is tried again; nothing is lost meanwhile"},
          "error");
  p.sight.chain.reset();
  p.sight.budget.reset();
  p.plan->closing = "Nothing to do that is known: the chain could not be read.";
  p.plan->domains[2] = {"chain", "finney netuid 13", "none", {}, {}, "connection refused"};
  p.plan->board = {{"chain/commitment", "unknown", "", "", "unknown", "the chain could not be read"}};
  return p;
}

PublicationStatus hostile() {
  const std::string evil =
      "<script>document.title='taken'</script>\u202egpj.exe\n<img src=x onerror=alert(1)>";
  PublicationStatus p = converging("hostile");
  p.name = p.manifest = evil;
  p.plan->lines[0].subject = p.plan->lines[1].cause = evil;
  p.plan->lines[1].subject = std::string(1000, 'k');
  p.plan->board[0].address = p.plan->board[1].why = evil;
  p.sight.chain->commitment = evil;
  p.history.front().text = evil;
  p.events[0].address = p.events[1].message = evil;
  problem(p, "BucketUnavailable", "bucket", {Fault::kTransient, evil, evil}, "error");
  return p;
}

}  // namespace

std::optional<ProcessStatus> page_state(const std::string& name) {
  ProcessStatus out;
  out.now = kNow;
  out.started = kNow - Seconds(86400);
  out.heartbeat = kNow - Seconds(2);
  std::vector<PublicationStatus>& all = out.publications;
  if (name == "converged") {
    all = {converged("sn13-miner-1234")};
  } else if (name == "converging") {
    all = {converging("sn13-miner-1234")};
    out.transfers = {
        {"objects/data/2026/11/22/reddit_07.parquet", 310ull << 20, 512ull << 20, 2, kNow - Seconds(24)}};
  } else if (name == "blocked") {
    all = {blocked("sn13-miner-1234")};
  } else if (name == "chain-down") {
    all = {chain_down("sn13-miner-1234")};
  } else if (name == "many") {
    for (int i = 0; i < 300; ++i) {
      const std::string miner = fmt::format("miner-{:03}", i);
      all.push_back(i == 217      ? blocked(miner)
                    : i % 40 == 9 ? chain_down(miner)
                    : i % 25 == 3 ? converging(miner)
                                  : converged(miner));
    }
  } else if (name == "hostile") {
    all = {hostile(), converged("calm")};
  } else if (name != "empty") {
    return std::nullopt;
  }
  return out;
}

}  // namespace reconcile
