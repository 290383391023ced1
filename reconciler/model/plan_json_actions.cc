// The members of each action as JSON. What must still hold when it is applied stands in `precondition`, or is
// `before` as a whole.

#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/base/utf8.h"
#include "reconciler/model/action_json.h"
#include "reconciler/model/plan_json.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

std::string digest_text(const Sha256& digest) { return "sha256:" + to_hex(digest); }

Json same_as_before() { return Json{{"same", "before"}}; }

Json file_json(const std::string& name, const FileIdentity& identity) {
  return Json{{"name", text_json(name)},
              {"device", std::to_string(identity.device)},
              {"inode", std::to_string(identity.inode)},
              {"size", identity.size.get()},
              {"mtimeNs", std::to_string(identity.mtime_ns)}};
}

Json file_json(const std::string& name, const FileIdentity& identity, const Sha256& sha256) {
  Json out = file_json(name, identity);
  out["sha256"] = digest_text(sha256);
  return out;
}

Json rule_json(const LiveRule& live) {
  Json out{{"id", text_json(live.rule.id)}, {"prefix", text_json(live.rule.prefix)}};
  if (live.rule.expire_after) out["expireAfterSeconds"] = live.rule.expire_after->count();
  if (live.rule.abort_uploads_after) out["abortUploadsAfterSeconds"] = live.rule.abort_uploads_after->count();
  out["enabled"] = live.enabled;
  out["understood"] = live.understood;
  if (!live.raw.empty()) out["raw"] = text_json(live.raw);
  return out;
}

Json lifecycle_json(const LifecycleDocument& document) {
  Json rules = Json::array();
  for (const LiveRule& rule : document.rules) rules.push_back(rule_json(rule));
  return Json{{"lifecycle", std::move(rules)}};
}

const char* name_of(SetLifecycle::Change::Kind kind) {
  switch (kind) {
    case SetLifecycle::Change::Kind::kAdd:
      return "add";
    case SetLifecycle::Change::Kind::kChange:
      return "change";
    case SetLifecycle::Change::Kind::kRemove:
      return "remove";
  }
  return "change";
}

Json json_of_action(const CreateBucket& a) {
  return Json{{"after", {{"bucket", text_json(a.name)}}}, {"precondition", {{"bucket", "absent"}}}};
}

Json json_of_action(const SetLifecycle& a) {
  Json changes = Json::array();
  for (const SetLifecycle::Change& change : a.changes) {
    changes.push_back(Json{{"kind", name_of(change.kind)},
                           {"id", text_json(change.id)},
                           {"text", change.text},
                           {"cause", change.cause}});
    if (!change.forecast.empty()) changes.back()["forecast"] = change.forecast;
  }
  return Json{{"before", lifecycle_json(a.before)},
              {"after", lifecycle_json(a.after)},
              {"changes", std::move(changes)},
              {"precondition", same_as_before()}};
}

Json json_of_action(const QuarantineFile& a) {
  return Json{{"reason", a.reason}, {"precondition", {{"file", file_json(a.name, a.identity)}}}};
}

Json json_of_action(const UploadFile& a) {
  Json after{{"key", text_json(a.key.get())}};
  if (a.size) after["size"] = a.size->get();
  if (a.sha256) after["sha256"] = digest_text(*a.sha256);
  if (a.rows) after["rows"] = *a.rows;
  Json out{{"compress", a.compress}, {"replaces", a.replaces}, {"alreadyThere", a.already_there}};
  out["bytes"] = a.already_there ? 0 : a.size.value_or(a.identity.size).get();
  out["after"] = std::move(after);
  out["precondition"] = Json{{"file", file_json(a.name, a.identity, a.source_sha256)}};
  return out;
}

Json json_of_action(const RenewObject& a) {
  return Json{
      {"precondition",
       {{"object",
         {{"key", text_json(a.key.get())}, {"size", a.size.get()}, {"sha256", digest_text(a.sha256)}}}}}};
}

Json json_of_action(const WriteIndex& a) {
  Json dropped = Json::array();
  for (const ObjectKey& key : a.dropped) dropped.push_back(Json{{"key", text_json(key.get())}});
  Json out{{"alreadyThere", a.already_there}, {"exact", a.exact}, {"dropped", std::move(dropped)}};
  if (!a.parts.empty() || a.parts_kept > 0) {
    Json parts = Json::array();
    for (const IndexPart& part : a.parts)
      parts.push_back(Json{{"key", text_json(part.key.get())},
                           {"size", part.size.get()},
                           {"sha256", digest_text(part.sha256)},
                           {"count", part.count}});
    out["parts"] = std::move(parts);
    out["partsKept"] = a.parts_kept;
  }
  if (a.copy) out["copy"] = text_json(a.copy->get());
  out["after"] = Json{{"key", text_json(a.key.get())},
                      {"seq", a.index.seq},
                      {"objects", a.index.objects.size()},
                      {"content", print_index(a.index)}};
  out["precondition"] = Json{{"prev", a.index.prev ? Json(digest_text(*a.index.prev)) : Json(nullptr)}};
  return out;
}

Json json_of_action(const CommitAction& a) {
  Json fields = nullptr;
  if (a.commitment) {
    fields = Json::array();
    for (const Field& field : a.commitment->fields)
      fields.push_back(Json{{"kind", field.kind == Field::Kind::kRaw ? "raw" : "sha256"},
                            {"hex", to_hex(ByteView(field.bytes))}});
  }
  return Json{{"before", {{"text", text_json(a.before)}}},
              {"after", {{"text", text_json(a.text)}, {"url", text_json(a.url)}, {"fields", fields}}},
              {"fieldBytes", a.bytes},
              {"fieldBytesMax", a.bytes_max},
              {"budgetCost", a.cost},
              {"precondition", same_as_before()}};
}

Json json_of_action(const ReleaseFile& a) {
  return Json{{"how", name_of(a.how)},
              {"key", text_json(a.key.get())},
              {"precondition", {{"file", file_json(a.name, a.identity, a.source_sha256)}}}};
}

Json json_of_action(const ExpireObject& a) {
  return Json{{"rule", text_json(a.rule)},
              {"bytes", a.size.get()},
              {"precondition",
               {{"object",
                 {{"key", text_json(a.key.get())},
                  {"size", a.size.get()},
                  {"etag", text_json(a.etag)},
                  {"sha256", digest_text(a.sha256)}}}}}};
}

}  // namespace

Json text_json(const std::string& text) {
  if (is_utf8(text)) return text;
  return Json{{"base64", to_base64(view_of(text))}};
}

Json fields_of(const Action& action) {
  return std::visit([](const auto& a) { return json_of_action(a); }, action);
}

const char* kind_of(const Action& action) {
  // In the order of the variant.
  static constexpr const char* kKinds[] = {"create-bucket", "set-lifecycle", "quarantine-file",
                                           "upload-file",   "renew-object",  "write-index",
                                           "commit",        "release-file",  "expire-object"};
  static_assert(std::size(kKinds) == std::variant_size_v<Action>);
  return kKinds[action.index()];
}

}  // namespace reconcile
