#include "reconciler/model/plan_json.h"

#include <cmath>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/model/action_json.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;
constexpr auto kReplace =
    Json::error_handler_t::replace;  // display texts only: keys and names go by text_json

std::string digest_text(const Sha256& digest) { return "sha256:" + to_hex(digest); }

template <class T>
Json json_list(const std::vector<T>& values) {
  Json out = Json::array();
  for (const T& value : values) out.push_back(json_of(value));
  return out;
}

bool writes_index(const Plan& plan) {
  for (const Step& step : plan.steps)
    if (const auto* index = std::get_if<WriteIndex>(&step.action); index && !index->already_there)
      return true;
  return false;
}

/// Keys of files that are compressed on the way. Their source's digest stands in the upload; size and digest
/// of the copy follow from it, and are known only once the copy was made: they would tell two equal plans
/// apart.
std::set<ObjectKey> compressed_keys(const Plan& plan) {
  std::set<ObjectKey> out;
  for (const Step& step : plan.steps)
    if (const auto* upload = std::get_if<UploadFile>(&step.action); upload && upload->compress)
      out.insert(upload->key);
  return out;
}

/// An index without its times; what is left is the same in every plan for the same world.
Json timeless(const Index& index, const std::set<ObjectKey>& compressed) {
  Json objects = Json::array();
  for (const IndexEntry& entry : index.objects)
    if (compressed.contains(entry.key))
      objects.push_back(Json{{"key", text_json(entry.key.get())}});
    else
      objects.push_back(Json{
          {"key", text_json(entry.key.get())}, {"size", entry.size.get()}, {"sha256", to_hex(entry.sha256)}});
  return Json{{"seq", index.seq},
              {"netuid", index.netuid},
              {"hotkey", text_json(index.hotkey)},
              {"objects", std::move(objects)}};
}

Json canonical_step(const Step& step, bool index_is_new, const std::set<ObjectKey>& compressed) {
  Json out = fields_of(step.action);
  out["kind"] = kind_of(step.action);
  if (std::holds_alternative<SetLifecycle>(step.action)) out.erase("changes");  // words and a forecast
  if (const auto* write = std::get_if<WriteIndex>(&step.action)) {
    out["after"] = timeless(write->index, compressed);
    out.erase("exact");
    out.erase("parts");  // how the index is cut depends on the day; what it names stands in `after`
    out.erase("partsKept");
    if (write->already_there) out["after"]["key"] = text_json(write->key.get());
  }
  if (const auto* upload = std::get_if<UploadFile>(&step.action); upload && upload->compress) {
    out["after"].erase("size");
    out["after"].erase("sha256");
    out.erase("bytes");
  }
  if (std::holds_alternative<CommitAction>(step.action) && (index_is_new || !compressed.empty()))
    out.erase("after");
  return out;
}

}  // namespace

/// Step by step: the whole of a large plan as one tree would take many times its room.
template <class Sink>
void write_canonical(const Plan& plan, const Sink& sink) {
  const bool index_is_new = writes_index(plan);
  const std::set<ObjectKey> compressed = compressed_keys(plan);
  sink(R"({"actions":[)");
  bool first = true;
  for (const Step& step : plan.steps) {
    // nlohmann::json keeps keys sorted by bytes, which for our ASCII keys is RFC 8785's order.
    const nlohmann::json sorted(canonical_step(step, index_is_new, compressed));
    if (!std::exchange(first, false)) sink(",");
    sink(sorted.dump(-1, ' ', false, kReplace));
  }
  const nlohmann::json publication = plan.publication;
  sink(R"(],"manifest":")" + to_hex(plan.manifest_digest) + R"(","publication":)" +
       publication.dump(-1, ' ', false, kReplace) + R"(,"schema":"reconcile.plan/v1"})");
}

std::string canonical_actions_json(const Plan& plan) {
  std::string out;
  write_canonical(plan, [&](std::string_view text) { out += text; });
  return out;
}

Sha256 digest_of(const Plan& plan) {
  Sha256Stream hash;
  write_canonical(plan, [&](std::string_view text) { hash.update(view_of(text)); });
  return hash.finish();
}

Json json_of(const Step& step) {
  Json out{{"address", text_json(address_of(step.action))},
           {"domain", domain_of(step.action)},
           {"action", verb_of(step.action)},
           {"kind", kind_of(step.action)},
           {"cause", step.cause},
           {"reversibility", {{"class", name_of(reversibility_of(step.action))}}}};
  out.update(fields_of(step.action));
  return out;
}

Json json_of(const DomainSummary& domain) {
  Json out{{"domain", domain.domain}, {"location", domain.location}, {"completeness", domain.completeness}};
  if (domain.count) out["count"] = *domain.count;
  if (domain.bytes) out["bytes"] = domain.bytes->get();
  out["detail"] = domain.detail;
  return out;
}

Json json_of(const Note& note) {
  return Json{
      {"kind", name_of(note.kind)}, {"address", note.address}, {"text", note.text}, {"cause", note.cause}};
}

Json json_of(const Refusal& refusal) {
  return Json{{"address", refusal.address},   {"guard", refusal.guard},
              {"allow", refusal.allow},       {"fault", name_of(refusal.error.fault)},
              {"cause", refusal.error.cause}, {"remedy", refusal.error.remedy}};
}

Json json_of(const PlanCounts& counts) {
  return Json{{"upload", counts.upload},
              {"change", counts.change},
              {"delete", counts.remove},
              {"commit", counts.commit},
              {"release", counts.release},
              {"quarantine", counts.quarantine},
              {"blocked", counts.blocked},
              {"unchanged", counts.unchanged},
              {"uploadBytes", counts.upload_bytes.get()},
              {"requests", counts.requests},
              {"monthlyUsd", usd_number(counts.monthly)},
              {"onceUsd", usd_number(counts.once)}};
}

std::string print_plan(const Plan& plan, const std::string& tool_version, std::optional<int> exit_code) {
  Json out{{"schemaVersion", kPlanSchemaVersion},
           {"kind", "Plan"},
           {"tool", {{"name", "reconcile"}, {"version", tool_version}}},
           {"plan",
            {{"publication", plan.publication},
             {"made", print_time(plan.made)},
             {"digest", digest_text(plan.digest)}}},
           {"manifest", {{"path", plan.manifest}, {"digest", digest_text(plan.manifest_digest)}}},
           {"observations", json_list(plan.domains)},
           {"actions", json_list(plan.steps)},
           {"notes", json_list(plan.notes)},
           {"refusals", json_list(plan.refusals)},
           {"summary", json_of(plan.counts)}};
  if (plan.revision) {
    out["manifest"]["commit"] = plan.revision->commit;
    if (!plan.revision->signer.empty()) out["manifest"]["signedBy"] = plan.revision->signer;
  }
  if (exit_code) out["exit"] = *exit_code;
  // ASCII only: a document shown on a terminal cannot reorder or hide its lines.
  return out.dump(2, ' ', true, kReplace) + "\n";
}

}  // namespace reconcile
