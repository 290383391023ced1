#pragma once
// A status with everything in it, and letters that need escaping.

#include "reconciler/model/status.h"

namespace reconcile {

inline ProcessStatus status_sample() {
  const Instant now{Seconds(1'795'000'000)};
  ProcessStatus out;
  out.now = now;
  out.started = now - Seconds(9000);
  out.heartbeat = now - Seconds(3);
  out.manifest_error = Error{Fault::kInvalidInput, "p.yaml:3:1: unknown key", "did you mean settle?"};
  out.source = SourceStatus{"git+https://host/ops.git",
                            {"0123456789012345678901234567890123456789", "ops"},
                            now,
                            Error{Fault::kInvalidInput, "p.yaml:3:1: unknown key", "did you mean settle?"}};
  PublicationStatus p;
  p.name = "sn13";
  p.revision = out.source->in_force;
  p.manifest = "p.yaml";
  p.generation = 2;
  p.observed_generation = 2;
  p.conditions = {{"Ready", Truth::kFalse, "BucketUnavailable", "HTTP 503", 2, now - Seconds(60)},
                  {"Reconciling", Truth::kTrue, "Retrying", "HTTP 503", 2, now - Seconds(60)},
                  {"Stalled", Truth::kFalse, "NotStalled", "nothing waits for a person", 2, now},
                  {"SourceReady", Truth::kFalse, "ManifestInvalid", "the last good one is in force", 2, now}};
  p.last_error = LastError{"bucket", {Fault::kTransient, "HTTP 503", "tried again"}, now - Seconds(60)};
  p.taken_up = now - Seconds(9000);
  p.caught_up = now - Seconds(1500);
  p.next_pass = now + Seconds(30);
  p.suspend = SuspendSpec{now + Seconds(5), "moving \"house\""};
  p.sight.buffer_known = true;
  p.sight.unpublished_files = 3;
  p.sight.unpublished_bytes = Bytes(1234);
  p.sight.oldest_unpublished = now - Seconds(700);
  p.sight.budget = CommitBudget{3100, 300, 42, now + Seconds(400)};
  p.sight.chain = ChainSight{"ledger", 4711, "rc1|abc|http://x/i/1.json", 4700, "ours"};
  p.commitments = {{"rc1|abc|http://x/i/1.json", 4700, now - Seconds(60)}};
  p.sight.stored = Leaving{120, Bytes(5ull << 30)};
  p.sight.leaving.emplace();
  p.sight.leaving->at(13) = {40, Bytes(1ull << 30)};
  p.sight.cost = CostEstimate{{{.name = "storage",
                                .unit = CostItem::Unit::kByteMonths,
                                .quantity = 15'366'666'667,
                                .free = 10'000'000'000,
                                .price = MicroUsd(15'000),
                                .amount = MicroUsd(80'500),
                                .why = "<i>now</i>"},
                               {.name = "listings", .quantity = 8640, .free = 8640, .own = true}},
                              MicroUsd(80'500),
                              "2026-11"};
  p.sight.guards = {{"maxDeletes", 80, 100}, {"maxDeletePercent", {}, 10}, {"maxDeleteBytes", 0, 5ull << 30}};
  p.cadence = Seconds(1200);
  p.budget_monthly_usd = 10;
  p.plan.emplace();
  p.plan->made = now - Seconds(60);
  p.plan->empty = false;
  p.plan->closing = "Plan: 3 to upload.";
  p.plan->command = "reconcile -f p.yaml --approve 00000000";
  p.plan->lines = {
      {"objects", '+', "data/<script>alert(1)</script>\u202e.parquet", "1 KiB", "new in buffer", {}}};
  p.plan->board = {{"objects/data/<b>", "pending", "published", "absent", "a.parquet", "new in buffer"}};
  p.plan->domains = {{"bucket", "r2://x", "none", {}, {}, "HTTP 503"}};
  p.pending[{"objects", "create"}] = 3;
  p.history.push_front(
      {"6afd-1", now - Seconds(61), now - Seconds(60), "error", "BucketUnavailable: HTTP 503"});
  p.events = {{"GuardBlocked", "objects", "maxDeletes: <412> deletions\u202e", "maxDeletes: #", true, 3,
               now - Seconds(4000), now - Seconds(60)},
              {"Committed", "chain/commitment", "1 commitment: block 4,700", "", false, 1, now - Seconds(90),
               now - Seconds(90)}};
  p.leader = true;
  p.bucket_ahead = Seconds(-7);
  p.counters.drift["objects"] = 2;
  p.counters.lease_transitions = 1;
  p.counters.passes = {{"ok", 5}, {"error", 1}};
  p.counters.actions[{"objects", "create", "done"}] = 7;
  p.counters.faults["transient"] = 1;
  p.counters.guard_blocks["maxDeletes"] = 1;
  p.counters.notifications["failed"] = 4;
  p.counters.uploaded_bytes = 99;
  p.counters.durations = {4, 1, 1, 0, 0, 0, 0, 0, 0};
  p.counters.duration_seconds = 14;
  out.publications.push_back(p);
  out.transfers = {{"objects/data/b", 512, 1024, 2, now - Seconds(2)}};
  PublicationStatus fresh;
  fresh.name = "na\\me\"with\nbreaks";
  fresh.taken_up = now;
  fresh.conditions = {{"Ready", Truth::kUnknown, "FirstPassDue", "", 0, now},
                      {"Reconciling", Truth::kTrue, "FirstPassDue", "", 0, now},
                      {"Stalled", Truth::kFalse, "NotStalled", "", 0, now}};
  out.publications.push_back(fresh);
  return out;
}

}  // namespace reconcile
