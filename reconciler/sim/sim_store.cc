#include "reconciler/sim/sim_store.h"

#include <algorithm>
#include <set>
#include <sys/stat.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/sim/fate.h"
#include "reconciler/sim/rule_text.h"
#include "reconciler/sim/witness.h"

namespace reconcile::sim {
namespace {

constexpr std::string_view kPublicBase = "https://sim.invalid/";
constexpr std::size_t kKeyBytesMax = 1024;

/// RFC 3986: unreserved characters and the slash stay.
std::string percent_encode(const std::string& key) {
  std::string out;
  for (const char c : key) {
    const bool keep = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      std::string_view("-._~/").find(c) != std::string_view::npos;
    const auto byte = static_cast<std::uint8_t>(c);
    out += keep ? std::string(1, c) : "%" + to_hex(ByteView(&byte, 1));
  }
  return out;
}

std::string etag_of(const WorldObject& object) { return to_hex(object.sha256).substr(0, 32); }

Result<void> check_bucket(const World& world) {
  if (world.bucket.exists) return {};
  return fail(Fault::kNotFound, "the simulated bucket does not exist", "create it");
}

Result<void> check_key(const ObjectKey& key) {
  if (!key.get().empty() && key.get().size() <= kKeyBytesMax) return {};
  return fail(Fault::kInvalidInput, "a key of " + std::to_string(key.get().size()) + " bytes",
              "use 1 to 1,024 bytes");
}

/// The object as this read sees it: now and then as it was before the last write.
const WorldObject* look_up(World& world, const std::string& key, bool stale) {
  const WorldBucket& bucket = world.bucket;
  if (stale)
    for (auto before = bucket.before.rbegin(); before != bucket.before.rend(); ++before)
      if (before->key == key) return before->object ? &*before->object : nullptr;
  const auto found = bucket.objects.find(key);
  return found == bucket.objects.end() ? nullptr : &found->second;
}

const WorldObject* look_up(World& world, const std::string& key) {
  const bool last = !world.bucket.before.empty() && world.bucket.before.back().key == key;
  return look_up(world, key, last && !world.schedule && world.random.roll(world.options.faults.stale_read));
}

Result<void> check_identity(const FileSource& source) {
  struct stat status {};
  if (::stat(source.path.c_str(), &status) != 0)
    return fail(error_from_errno("opening " + source.path.string(), errno));
  const FileIdentity now{status.st_dev, status.st_ino, Bytes(static_cast<std::uint64_t>(status.st_size)),
                         std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
  if (now == source.identity) return {};
  return fail(Fault::kConflict, source.path.string() + " changed", "look at it again");
}

/// The announced bytes, or why not.
Result<std::string> bytes_of(const Body& body, const PutOptions& options) {
  std::string content;
  if (const auto* source = std::get_if<FileSource>(&body.source)) {
    TRY(check_identity(*source));
    TRY_ASSIGN(content, read_file(source->path, body.size));
  } else {
    content = std::get<std::string>(body.source);
  }
  if (options.progress && !options.progress(content.size()))
    return fail(Fault::kCancelled, "the upload was stopped", "run it again");
  if (const auto* source = std::get_if<FileSource>(&body.source)) TRY(check_identity(*source));
  if (content.size() != body.size.get() || sha256_of(std::string_view(content)) != body.sha256)
    return fail(Fault::kCorrupt, "the bytes are not those that were announced", "hash them again");
  return content;
}

ListedObject listed(const std::string& key, const WorldObject& object) {
  return {ObjectKey(key), Bytes(object.content->size()), etag_of(object), object.modified};
}

/// How many of the last writes a listing does not show yet.
std::size_t stale_writes(World& world, const std::string& prefix) {
  const auto& before = world.bucket.before;
  if (world.befalls(FaultKind::kStaleList))
    return std::min<std::size_t>(before.size(), 1 + world.befallen->value % 4);
  const bool rolled = !world.schedule && !before.empty() && before.back().key.starts_with(prefix) &&
                      world.random.roll(world.options.faults.stale_read);
  return rolled ? 1 : 0;
}

std::vector<ListedObject> listing(World& world, const std::string& prefix, const std::string& after) {
  const WorldBucket& bucket = world.bucket;
  std::map<std::string, const WorldObject*> seen;
  for (auto at = bucket.objects.lower_bound(prefix);
       at != bucket.objects.end() && at->first.starts_with(prefix); ++at)
    seen[at->first] = &at->second;
  const std::size_t undone = stale_writes(world, prefix);
  for (std::size_t back = 1; back <= undone; ++back) {
    const WorldBucket::Before& before = bucket.before[bucket.before.size() - back];
    if (!before.key.starts_with(prefix)) continue;
    seen.erase(before.key);
    if (before.object) seen[before.key] = &*before.object;
  }
  std::vector<ListedObject> out;
  for (const auto& [key, object] : seen)
    if (key > after) out.push_back(listed(key, *object));
  return out;
}

}  // namespace

namespace {

std::optional<std::string> key_of(const World& world, const std::string& url) {
  if (!url.starts_with(kPublicBase)) return std::nullopt;
  const std::string rest = url.substr(kPublicBase.size());
  if (rest.find('%') == std::string::npos) return rest;  // nothing to decode: what was asked for
  for (const auto& [key, object] : world.bucket.objects)
    if (percent_encode(key) == rest) return key;
  return std::nullopt;
}

}  // namespace

StoreCapabilities SimStore::capabilities() {
  const std::lock_guard lock(world_.mutex);
  return world_.options.store;
}

Result<bool> SimStore::bucket_exists() {
  return run_call<bool>(world_, "bucket_exists", "", false, [&] { return world_.bucket.exists; });
}

Result<void> SimStore::list(const std::string& prefix, const std::string& after, const PageSink& sink) {
  std::vector<ListedObject> objects;
  std::size_t page_keys = 1;
  bool truncated = false;
  const Result<void> called = run_call<void>(world_, "list", prefix, false, [&]() -> Result<void> {
    TRY(check_bucket(world_));
    objects = listing(world_, prefix, after);
    page_keys = world_.options.page_keys;
    truncated = world_.befalls(FaultKind::kTruncatedList, world_.options.faults.truncate_list);
    if (truncated)
      objects.resize((world_.befallen ? world_.befallen->value : world_.random.next()) %
                     (objects.size() + 1));
    return {};
  });
  TRY(called);
  // The sink runs without the lock: it may well call the store.
  for (std::size_t at = 0; at < objects.size(); at += page_keys) {
    const auto end = objects.begin() + static_cast<std::ptrdiff_t>(std::min(objects.size(), at + page_keys));
    if (!sink({objects.begin() + static_cast<std::ptrdiff_t>(at), end})) return {};
  }
  if (truncated) return fail(Fault::kTransient, "list " + prefix + ": simulated truncation", "list again");
  return {};
}

Result<std::optional<ObjectHead>> SimStore::head(const ObjectKey& key) {
  using Head = std::optional<ObjectHead>;
  return run_call<Head>(world_, "head", key.get(), false, [&]() -> Result<Head> {
    TRY(check_key(key));
    TRY(check_bucket(world_));
    const WorldObject* object = look_up(world_, key.get());
    if (!object) return std::nullopt;
    return ObjectHead{Bytes(object->content->size()), etag_of(*object), object->modified, object->metadata};
  });
}

Result<std::string> SimStore::get(const ObjectKey& key, Bytes bytes_max) {
  return run_call<std::string>(world_, "get", key.get(), false, [&]() -> Result<std::string> {
    TRY(check_key(key));
    TRY(check_bucket(world_));
    const WorldObject* object = look_up(world_, key.get());
    if (!object) return fail(Fault::kNotFound, "no object " + key.get(), "check the key");
    if (object->content->size() > bytes_max.get())
      return fail(Fault::kInvalidInput, key.get() + " is larger than asked for", "raise the bound");
    return *object->content;
  });
}

Result<LifecycleDocument> SimStore::lifecycle() {
  return run_call<LifecycleDocument>(world_, "lifecycle", "", false, [&]() -> Result<LifecycleDocument> {
    TRY(check_bucket(world_));
    LifecycleDocument document;
    if (world_.witness) world_.witness->reads_rules();
    for (const std::string& text : world_.bucket.rules) document.rules.push_back(parse_rule(text));
    std::sort(document.rules.begin(), document.rules.end(),
              [](const LiveRule& a, const LiveRule& b) { return a.rule.id < b.rule.id; });
    return document;
  });
}

std::string SimStore::public_url(const ObjectKey& key) const {
  return std::string(kPublicBase) + percent_encode(key.get());
}

Result<void> SimStore::create_bucket() {
  return run_call<void>(world_, "create_bucket", "", true, [&]() -> Result<void> {
    world_.bucket.exists = true;
    return {};
  });
}

Result<PutReceipt> SimStore::put(const ObjectKey& key, const Body& body, const PutOptions& options) {
  TRY(check_key(key));
  return run_call<PutReceipt>(world_, "put", key.get(), true, [&]() -> Result<PutReceipt> {
    TRY(check_bucket(world_));
    TRY_ASSIGN(std::string content, bytes_of(body, options));
    if (world_.befalls(FaultKind::kChangedWhileSent) && world_.somebody_else) {
      world_.somebody_else(*world_.befallen);
      return fail(Fault::kConflict, "the file changed while it was sent", "look at it again");
    }
    WorldObject object{std::make_shared<const std::string>(std::move(content)), body.sha256,
                       options.content_type, options.metadata, world_.now};
    const bool taken = options.only_if_absent && world_.bucket.objects.contains(key.get());
    if (world_.witness) world_.witness->puts(key.get(), object, !taken);
    if (taken) return fail(Fault::kConflict, key.get() + " is there already", "look at it first");
    world_.before_write(key.get());
    const std::string etag = etag_of(object);
    world_.bucket.objects.insert_or_assign(key.get(), std::move(object));
    return PutReceipt{etag};
  });
}

Result<void> SimStore::renew(const ObjectKey& key) {
  return run_call<void>(world_, "renew", key.get(), true, [&]() -> Result<void> {
    TRY(check_bucket(world_));
    const auto found = world_.bucket.objects.find(key.get());
    if (found == world_.bucket.objects.end())
      return fail(Fault::kNotFound, "no object " + key.get() + " to renew", "observe again");
    world_.before_write(key.get());
    found->second.modified = world_.now;
    return {};
  });
}

Result<void> SimStore::remove(const ObjectKey& key) {
  return run_call<void>(world_, "remove", key.get(), true, [&]() -> Result<void> {
    TRY(check_bucket(world_));
    if (world_.witness) world_.witness->removes(key.get());
    world_.before_write(key.get());
    world_.bucket.objects.erase(key.get());
    return {};
  });
}

Result<void> SimStore::set_lifecycle(const LifecycleDocument& document) {
  return run_call<void>(world_, "set_lifecycle", "", true, [&]() -> Result<void> {
    TRY(check_bucket(world_));
    std::vector<std::string> rules;
    std::set<std::string> ids;
    for (const LiveRule& live : document.rules) {
      TRY_ASSIGN(std::string text, print_rule(live));
      if (!ids.insert(live.rule.id).second)
        return fail(Fault::kInvalidInput, "two lifecycle rules " + live.rule.id, "use each id once");
      rules.push_back(std::move(text));
    }
    if (world_.witness) world_.witness->sets_rules(rules);
    world_.bucket.rules = std::move(rules);
    return {};
  });
}

Result<std::string> SimPublicReader::fetch(const std::string& url, Bytes bytes_max) {
  return run_call<std::string>(world_, "fetch", url, false, [&]() -> Result<std::string> {
    const std::optional<std::string> key = key_of(world_, url);
    const bool stale = world_.befalls(FaultKind::kStaleFetch);
    const WorldObject* object = !key ? nullptr : stale ? look_up(world_, *key, true) : look_up(world_, *key);
    if (!object) return fail(Fault::kNotFound, url + ": 404", "check the address");
    if (object->content->size() > bytes_max.get())
      return fail(Fault::kInvalidInput, url + " is larger than asked for", "raise the bound");
    return *object->content;
  });
}

}  // namespace reconcile::sim
