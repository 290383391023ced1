#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/report/headline.h"
#include "reconciler/report/json.h"
#include "reconciler/report/panels_json.h"
#include "reconciler/report/status.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(Mode mode) {
  switch (mode) {
    case Mode::kObserve:
      return "observe";
    case Mode::kPlan:
      return "plan";
    case Mode::kEnforce:
      return "enforce";
  }
  return "enforce";
}

Json json_of(const Error& error) {
  return {{"fault", reconcile::name_of(error.fault)}, {"cause", error.cause}, {"remedy", error.remedy}};
}

Json json_of(const Condition& condition) {
  return {{"type", condition.type},
          {"status", reconcile::name_of(condition.status)},
          {"reason", condition.reason},
          {"message", condition.message},
          {"observedGeneration", condition.observed_generation},
          {"lastTransitionTime", print_time(condition.last_transition)}};
}

Json json_of(const Sight& sight) {
  Json out{{"complete", sight.buffer_known},
           {"unpublishedFiles", sight.unpublished_files},
           {"unpublishedBytes", sight.unpublished_bytes.get()}};
  if (sight.oldest_unpublished) out["oldestUnpublished"] = print_time(*sight.oldest_unpublished);
  return out;
}

Json json_of(const PassSummary& pass) {
  return {{"id", pass.id},
          {"started", print_time(pass.started)},
          {"ended", print_time(pass.ended)},
          {"result", pass.result},
          {"text", pass.text}};
}

Json json_of(const PublicationStatus& status, Instant now, StatusDetail detail) {
  Json out{{"name", status.name},
           {"manifest", status.manifest},
           {"manifestDigest", "sha256:" + to_hex(status.manifest_digest)},
           {"mode", name_of(status.mode)},
           {"generation", status.generation},
           {"observedGeneration", status.observed_generation},
           {"conditions", Json::array()},
           {"takenUp", print_time(status.taken_up)},
           {"convergenceLagSeconds", lag_of(status, now).count()},
           {"buffer", json_of(status.sight)},
           {"pending", Json::array()},
           {"passes", Json::array()}};
  if (status.revision) out["commit"] = status.revision->commit;
  for (const Condition& condition : status.conditions) out["conditions"].push_back(json_of(condition));
  if (status.last_error) {
    out["lastError"] = json_of(status.last_error->error);
    out["lastError"]["address"] = status.last_error->address;
    out["lastError"]["at"] = print_time(status.last_error->at);
  }
  if (status.caught_up) out["caughtUp"] = print_time(*status.caught_up);
  if (status.next_pass) out["nextPass"] = print_time(*status.next_pass);
  if (status.suspend)
    out["suspend"] = {{"until", print_time(status.suspend->until)}, {"reason", status.suspend->reason}};
  if (status.sight.budget)
    out["chainBudget"] = {{"maxBytes", status.sight.budget->max},
                          {"usedBytes", status.sight.budget->used},
                          {"resetAt", print_time(status.sight.budget->reset_at)}};
  for (const auto& [what, count] : status.pending)
    out["pending"].push_back({{"domain", what.first}, {"action", what.second}, {"count", count}});
  out["headline"] = headline_json(headline_of(status, now));
  out["cadenceSeconds"] = status.cadence.count();
  for (const PassSummary& pass : status.history) {
    out["passes"].push_back(json_of(pass));
    if (detail == StatusDetail::kOverview) break;
  }
  if (detail == StatusDetail::kAll) add_panels(out, status, now);
  return out;
}

Json json_of(const SourceStatus& source) {
  Json out{{"address", source.address}, {"commit", source.in_force.commit}};
  if (!source.in_force.signer.empty()) out["signedBy"] = source.in_force.signer;
  if (source.reached) out["reached"] = print_time(*source.reached);
  if (source.error) out["error"] = json_of(*source.error);
  return out;
}

}  // namespace

std::string render_status_json(const ProcessStatus& status, StatusDetail detail) {
  Json out{{"schemaVersion", kStatusSchemaVersion},
           {"kind", "Status"},
           {"tool", {{"name", "reconcile"}, {"version", tool_version()}}},
           {"now", print_time(status.now)},
           {"started", print_time(status.started)},
           {"heartbeat", print_time(status.heartbeat)},
           {"stopping", status.stopping},
           {"headline", headline_json(headline_of(status))},
           {"transfers", transfers_json(status)},
           {"publications", Json::array()}};
  if (status.manifest_error) out["manifestError"] = json_of(*status.manifest_error);
  if (status.source) out["source"] = json_of(*status.source);
  for (const PublicationStatus& publication : status.publications)
    out["publications"].push_back(json_of(publication, status.now, detail));
  return out.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile
