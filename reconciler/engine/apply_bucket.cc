#include "reconciler/engine/apply_bucket.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/engine/proof.h"
#include "reconciler/engine/upload_pool.h"
#include "reconciler/plan/pointer.h"

namespace reconcile {
namespace {

/// A public address may lag a moment behind the bucket (CDN, DNS); longer than this is a fault of its own.
constexpr int kPublicAttempts = 3;

/// Same rules in meaning; foreign ones to the letter.
bool same_rules(const LifecycleDocument& wanted, const LifecycleDocument& live) {
  return std::equal(wanted.rules.begin(), wanted.rules.end(), live.rules.begin(), live.rules.end(),
                    [](const LiveRule& a, const LiveRule& b) {
                      return a.rule == b.rule && a.enabled == b.enabled && a.understood == b.understood;
                    });
}

Result<void> seen_by_readers(const std::string& url, const std::string& content, WritePorts& ports) {
  Result<std::string> fetched = fail(Fault::kTransient, "not fetched", "");
  for (int attempt = 1; attempt <= kPublicAttempts; ++attempt) {
    fetched = ports.readers.fetch(url, Bytes(content.size() + 1));
    if (fetched && *fetched == content) return {};
    const bool may_pass =
        fetched || fetched.error().fault == Fault::kNotFound || fetched.error().fault == Fault::kTransient;
    if (!may_pass || attempt == kPublicAttempts || ports.clock.stopping()) break;
    ports.clock.sleep_for(Seconds(attempt));
  }
  if (fetched)
    return fail(
        Fault::kConflict, fmt::format("{} returns other bytes than were put", url),
        "check that publicUrl leads to this bucket, and that no cache in front of it serves old bodies");
  Error error = fetched.error();
  error.cause = fmt::format("readers cannot fetch {}: {}", url, error.cause);
  if (error.fault == Fault::kDenied)
    error.remedy =
        "make the bucket (or the prefix) publicly readable, or correct publicUrl; nothing was committed";
  return fail(std::move(error));
}

Result<void> put_index(const ObjectKey& key, const std::string& content, const std::string& publication,
                       WritePorts& ports) {
  const Body body = body_of(content);
  PutOptions options{.content_type = content_type_of(key),
                     .metadata = object_metadata(body, publication, ports.clock.now()),
                     .only_if_absent = true};
  const Result<PutReceipt> put = ports.store.put(key, body, options);
  if (put || put.error().fault == Fault::kUnknownOutcome || put.error().fault == Fault::kConflict) {
    Result<VerifiedObject> verified = VerifiedObject::check(ports.store, key, body.size, body.sha256);
    if (verified) return {};
    return fail(put ? verified.error() : put.error());
  }
  return fail(put.error());
}

}  // namespace

Result<std::string> create_bucket(WritePorts& ports) {
  TRY(ports.store.create_bucket());
  TRY_ASSIGN(const bool exists, ports.store.bucket_exists());
  if (!exists)
    return fail(Fault::kTransient, "the bucket is not there after it was created",
                "the next pass looks again");
  return std::string();
}

Result<std::string> set_lifecycle(const Desired& desired, const Observed& observed,
                                  const SetLifecycle& action, WritePorts& ports) {
  TRY_ASSIGN(const LifecycleDocument now, ports.store.lifecycle());
  if (now != action.before)
    return fail(Fault::kConflict, "the lifecycle document changed since the plan",
                "the next pass plans anew");
  std::set<std::string> own = observed.journal.own_rules;
  for (const LifecycleRule& rule : desired.bucket.lifecycle.rules) own.insert(rule.id);
  // Remembered first: a rule that was written and forgotten would be taken for somebody else's for ever.
  TRY(ports.journal.own_rules(observed.bucket_location, own));
  TRY(ports.store.set_lifecycle(action.after));
  TRY_ASSIGN(const LifecycleDocument after, ports.store.lifecycle());
  if (!same_rules(action.after, after))
    return fail(Fault::kConflict, "the lifecycle document reads back differently from what was written",
                "somebody changed it at the same moment, or the provider does not keep an element; the next "
                "pass compares again");
  return std::string("read back");
}

Result<std::string> renew_object(const RenewObject& action, WritePorts& ports) {
  TRY(VerifiedObject::check(ports.store, action.key, action.size, action.sha256));
  TRY(ports.store.renew(action.key));
  TRY(VerifiedObject::check(ports.store, action.key, action.size, action.sha256));
  return std::string("verified");
}

Result<IndexFile> write_index(const WriteIndex& action, const Index& index, const std::string& publication,
                              const std::string& public_base, WritePorts& ports) {
  const std::string content = print_index(index);
  TRY_ASSIGN(const std::int64_t intent,
             ports.journal.begin("index/" + action.key.get(), "write", ports.clock.now()));
  if (!action.already_there) TRY(put_index(action.key, content, publication, ports));
  TRY(seen_by_readers(url_of(public_base, action.key), content, ports));
  TRY(ports.journal.finish(intent, "done", ports.clock.now()));
  return IndexFile{index, action.key, Bytes(content.size()), sha256_of(std::string_view(content))};
}

Result<std::string> expire_object(const ExpireObject& action, WritePorts& ports) {
  TRY_ASSIGN(const std::optional<ObjectHead> head, ports.store.head(action.key));
  if (!head) return std::string("was gone already");
  if (head->etag != action.etag || reconcile::sha256_of(*head) != action.sha256)
    return fail(Fault::kConflict, action.key.get() + " is not the object that was planned any more",
                "it stays");
  TRY(ports.journal.count_deletion(action.key, action.size, ports.clock.now()));
  TRY(ports.store.remove(action.key));
  return std::string();
}

}  // namespace reconcile
