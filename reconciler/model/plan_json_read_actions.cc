// The inverse of plan_json_actions.cc, member by member.

#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/model/action_json.h"

namespace reconcile {
namespace {

constexpr std::size_t kRulesMax = 1000;  // S3: at most 1,000 rules in a lifecycle configuration
constexpr std::size_t kKeysMax = 2'000'000;
constexpr std::size_t kFieldsMax = 16;  // Commitments.MaxFields is 3; room for a chain that raises it

ObjectKey key_of(const JsonFields& in) { return ObjectKey(in.bytes_text("key")); }

FileIdentity identity_of(const JsonFields& file) {
  return {file.big_count("device"), file.big_count("inode"), Bytes(file.count("size")),
          file.big_signed("mtimeNs")};
}

Seconds seconds_of(const JsonFields& in, const char* name) {
  const std::uint64_t count = in.count(name);
  if (count > 1'000'000'000'000) in.refuse(name, "is more than a lifetime");
  return Seconds(static_cast<std::int64_t>(count));
}

LiveRule rule_from(const JsonFields& in) {
  LiveRule out;
  out.rule.id = in.bytes_text("id");
  out.rule.prefix = in.bytes_text("prefix");
  if (in.has("expireAfterSeconds")) out.rule.expire_after = seconds_of(in, "expireAfterSeconds");
  if (in.has("abortUploadsAfterSeconds"))
    out.rule.abort_uploads_after = seconds_of(in, "abortUploadsAfterSeconds");
  out.enabled = in.flag("enabled");
  out.understood = in.flag("understood");
  if (in.has("raw")) out.raw = in.bytes_text("raw");
  return out;
}

LifecycleDocument lifecycle_from(const JsonFields& in) {
  LifecycleDocument out;
  in.each("lifecycle", kRulesMax, [&](const JsonFields& rule) { out.rules.push_back(rule_from(rule)); });
  return out;
}

SetLifecycle::Change change_from(const JsonFields& in) {
  using Kind = SetLifecycle::Change::Kind;
  const std::string kind = in.text("kind");
  if (kind != "add" && kind != "change" && kind != "remove")
    in.refuse("kind", "is not add, change or remove");
  SetLifecycle::Change out;
  out.kind = kind == "add" ? Kind::kAdd : kind == "remove" ? Kind::kRemove : Kind::kChange;
  out.id = in.bytes_text("id");
  out.text = in.text("text");
  out.cause = in.text("cause");
  if (in.has("forecast")) out.forecast = in.text("forecast");
  return out;
}

SetLifecycle set_lifecycle_from(const JsonFields& in) {
  SetLifecycle out{lifecycle_from(in.object("before")), lifecycle_from(in.object("after")), {}};
  in.each("changes", 2 * kRulesMax,
          [&](const JsonFields& change) { out.changes.push_back(change_from(change)); });
  return out;
}

UploadFile upload_from(const JsonFields& in) {
  const JsonFields file = in.object("precondition").object("file"), after = in.object("after");
  UploadFile out;
  out.name = file.bytes_text("name");
  out.identity = identity_of(file);
  out.source_sha256 = file.digest("sha256");
  out.compress = in.flag("compress");
  out.key = key_of(after);
  if (after.has("size")) out.size = Bytes(after.count("size"));
  if (after.has("sha256")) out.sha256 = after.digest("sha256");
  if (after.has("rows")) out.rows = after.count("rows");
  out.replaces = in.flag("replaces");
  out.already_there = in.flag("alreadyThere");
  return out;
}

WriteIndex index_from(const JsonFields& in) {
  const JsonFields after = in.object("after");
  WriteIndex out;
  out.key = key_of(after);
  out.exact = in.flag("exact");
  out.already_there = in.flag("alreadyThere");
  in.each("dropped", kKeysMax, [&](const JsonFields& dropped) { out.dropped.push_back(key_of(dropped)); });
  if (in.has("copy")) out.copy = ObjectKey(in.bytes_text("copy"));
  if (in.has("parts")) {
    out.parts_kept = in.count("partsKept");
    in.each("parts", kIndexPartsMax, [&](const JsonFields& part) {
      out.parts.push_back(
          {key_of(part), Bytes(part.count("size")), part.digest("sha256"), part.count("count")});
    });
  }
  const std::string content = after.text("content");
  if (in.failed()) return out;
  Result<Index> index = parse_index(content);
  if (index) {
    out.index = *std::move(index);
  } else {
    after.refuse("content", "is no index: " + index.error().cause);
  }
  return out;
}

Field field_from(const JsonFields& in) {
  const std::string kind = in.text("kind");
  if (kind != "raw" && kind != "sha256") in.refuse("kind", "is not raw or sha256");
  Result<ByteVector> bytes = from_hex(in.text("hex"));
  // Raw takes at most 128 bytes, a digest has 32 (pallet Commitments, Data).
  const bool fits = bytes && (kind == "raw" ? bytes->size() <= 128 : bytes->size() == 32);
  if (!fits) in.refuse("hex", "is not the hex of a field");
  return {kind == "raw" ? Field::Kind::kRaw : Field::Kind::kSha256, bytes ? *std::move(bytes) : ByteVector()};
}

CommitAction commit_from(const JsonFields& in) {
  const JsonFields after = in.object("after");
  CommitAction out;
  out.before = in.object("before").bytes_text("text");
  out.text = after.bytes_text("text");
  out.url = after.bytes_text("url");
  out.bytes = in.count("fieldBytes");
  out.bytes_max = in.count("fieldBytesMax");
  out.cost = in.count("budgetCost");
  if (after.has("fields")) {
    out.commitment.emplace();
    after.each("fields", kFieldsMax,
               [&](const JsonFields& field) { out.commitment->fields.push_back(field_from(field)); });
  }
  return out;
}

ReleaseFile release_from(const JsonFields& in) {
  const JsonFields file = in.object("precondition").object("file");
  const std::string how = in.text("how");
  if (how != "delete" && how != "trash" && how != "keep") in.refuse("how", "is not delete, trash or keep");
  const AfterPublish what = how == "delete"  ? AfterPublish::kDelete
                            : how == "trash" ? AfterPublish::kTrash
                                             : AfterPublish::kKeep;
  return {file.bytes_text("name"), identity_of(file), file.digest("sha256"), what, key_of(in)};
}

ExpireObject expire_from(const JsonFields& in) {
  const JsonFields object = in.object("precondition").object("object");
  return {key_of(object), Bytes(object.count("size")), object.bytes_text("etag"), object.digest("sha256"),
          in.bytes_text("rule")};
}

}  // namespace

Action action_from(const std::string& kind, const JsonFields& in) {
  if (kind == "create-bucket") return CreateBucket{in.object("after").bytes_text("bucket")};
  if (kind == "set-lifecycle") return set_lifecycle_from(in);
  if (kind == "quarantine-file") {
    const JsonFields file = in.object("precondition").object("file");
    return QuarantineFile{file.bytes_text("name"), identity_of(file), in.text("reason")};
  }
  if (kind == "upload-file") return upload_from(in);
  if (kind == "renew-object") {
    const JsonFields object = in.object("precondition").object("object");
    return RenewObject{key_of(object), Bytes(object.count("size")), object.digest("sha256")};
  }
  if (kind == "write-index") return index_from(in);
  if (kind == "commit") return commit_from(in);
  if (kind == "release-file") return release_from(in);
  if (kind == "expire-object") return expire_from(in);
  in.refuse("kind", "is none of the actions");
  return CreateBucket{};
}

}  // namespace reconcile
