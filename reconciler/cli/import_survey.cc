#include "reconciler/cli/import_survey.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "reconciler/cli/chains.h"
#include "reconciler/cli/stores.h"
#include "reconciler/cli/wallet.h"
#include "reconciler/model/lease.h"

namespace reconcile::cli {
namespace {

constexpr std::size_t kHeadsMax = 8;  // enough to see whose objects these are

/// The bucket as it was listed; everything else is asked of the bucket itself.
class KnownStore final : public ObjectReader {
 public:
  KnownStore(ObjectReader& store, const Survey& found) : store_(store), found_(found) {}
  StoreCapabilities capabilities() override { return store_.capabilities(); }
  Result<bool> bucket_exists() override { return true; }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    std::vector<ListedObject> page;
    for (const ListedObject& object : found_.objects)
      if (object.key.get().starts_with(prefix) && (after.empty() || object.key.get() > after))
        page.push_back(object);
    if (!page.empty()) sink(std::move(page));
    return {};
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override { return store_.head(key); }
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override {
    return store_.get(key, bytes_max);
  }
  Result<LifecycleDocument> lifecycle() override { return found_.lifecycle; }
  std::string public_url(const ObjectKey& key) const override { return store_.public_url(key); }

 private:
  ObjectReader& store_;
  const Survey& found_;
};

class KnownChain final : public ChainReader {
 public:
  explicit KnownChain(const ChainView& view) : view_(view) {}
  Result<ChainView> observe(const Account&) override { return view_; }

 private:
  const ChainView& view_;
};

/// A folder that is still to be made.
class EmptyBuffer final : public BufferReader {
 public:
  Observation<BufferScan> scan(Instant) override { return Complete<BufferScan>{}; }
};

/// `data/` where there is any, else the only other folder, else `data/`.
std::string likely_prefix(const std::vector<ListedObject>& objects) {
  constexpr const char* kUsual = "data/";
  std::set<std::string> folders;
  for (const ListedObject& object : objects) {
    const std::string& key = object.key.get();
    const std::size_t slash = key.find('/');
    if (slash == std::string::npos || slash == 0) continue;
    const std::string folder = key.substr(0, slash + 1);
    if (folder == kIndexPrefix || folder == kOwnPrefix) continue;
    if (folder == kUsual) return kUsual;
    folders.insert(folder);
    if (folders.size() > 1) break;
  }
  return folders.size() == 1 ? *folders.begin() : kUsual;
}

Result<std::string> name_on_objects(ObjectReader& store, const Survey& found) {
  std::vector<const ListedObject*> newest;
  for (const ListedObject& object : found.objects)
    if (object.key.get().starts_with(found.prefix)) newest.push_back(&object);
  std::stable_sort(newest.begin(), newest.end(),
                   [](const ListedObject* a, const ListedObject* b) { return a->modified > b->modified; });
  if (newest.size() > kHeadsMax) newest.resize(kHeadsMax);
  for (const ListedObject* object : newest) {
    TRY_ASSIGN(const std::optional<ObjectHead> head, store.head(object->key));
    if (!head || !sha256_of(*head)) continue;
    const auto name = head->metadata.find(kPublicationMetadata);
    if (name != head->metadata.end()) return name->second;
  }
  return std::string();
}

/// The plan can do without the rules where nobody lets us see them.
bool may_be_unknown(const Result<LifecycleDocument>& rules) {
  return rules || rules.error().fault == Fault::kDenied || rules.error().fault == Fault::kUnsupported;
}

}  // namespace

Result<Survey> survey(const Publication& wish, const std::optional<std::string>& prefix) {
  const BucketSpec& bucket = wish.desired.bucket;
  Survey out;
  out.location = location_of(bucket);
  TRY_ASSIGN(const std::unique_ptr<ObjectReader> store, open_store_reader(wish));
  TRY_ASSIGN(const bool exists, store->bucket_exists());
  if (!exists)
    return fail(
        Fault::kNotFound, "there is no bucket " + out.location,
        bucket.provider == Provider::kDirectory
            ? "check --path; a folder that others filled becomes a bucket by a manifest with create: true, "
              "which adds a folder .reconcile and leaves all else as it is"
            : "check --bucket, --endpoint and the credentials");
  out.abort_rules = store->capabilities().abort_uploads_rule;
  out.lifecycle = store->lifecycle();
  if (!may_be_unknown(out.lifecycle)) return fail(within("the lifecycle rules", out.lifecycle.error()));
  const Result<void> listed = store->list("", "", [&out](std::vector<ListedObject>&& page) {
    std::move(page.begin(), page.end(), std::back_inserter(out.objects));
    return true;
  });
  if (!listed)
    return fail(within("the listing is not whole, and no manifest is made of half", listed.error()));
  out.prefix = prefix.value_or(likely_prefix(out.objects));
  if (!out.prefix.empty() && !out.prefix.ends_with('/')) out.prefix += '/';
  TRY_ASSIGN(out.publication, name_on_objects(*store, out));
  if (!wish.desired.commitment) return out;
  const CommitmentSpec& commitment = *wish.desired.commitment;
  TRY_ASSIGN(const Account account, account_of(commitment));
  out.hotkey = account.hotkey;
  TRY_ASSIGN(const std::unique_ptr<ChainReader> chain, open_chain_reader(commitment, {}));
  TRY_ASSIGN(out.chain, chain->observe(account));
  return out;
}

Result<PlanResult> first_plan(const Publication& publication, const Survey& found, const Options& options) {
  TRY_ASSIGN(const std::unique_ptr<ReadSite> site, open_for_reading(publication, options));
  const ReadPorts ports = site->ports();
  KnownStore store(ports.store, found);
  std::optional<KnownChain> chain;
  if (ports.chain && found.chain) chain.emplace(*found.chain);
  EmptyBuffer empty;
  std::error_code unknown;
  const bool is_there = std::filesystem::exists(publication.desired.buffer.path, unknown) || unknown;
  const ReadPorts known{
      store,        chain ? &*chain : nullptr, is_there ? ports.buffer : empty, ports.journal, ports.clock,
      ports.checker};
  return plan_only(publication.desired, site->site, known, Allowances());
}

}  // namespace reconcile::cli
