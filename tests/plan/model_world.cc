#include "tests/plan/model_world.h"

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/model/format.h"
#include "reconciler/plan/uploads.h"

namespace reconcile::laws {
namespace {

Sha256 hash(const std::string& content) { return sha256_of(std::string_view(content)); }
Bytes size(const std::string& content) { return Bytes(content.size()); }
std::string etag_of(const Object& object) {
  return to_hex(hash(object.content)).substr(0, 8) + "@" +
         std::to_string(object.modified.time_since_epoch().count());
}

CommitmentShape shape(const World& world) {
  return strategy_of(world.desired) == Strategy::kTwoField ? CommitmentShape::kTextAndDigest
                                                           : CommitmentShape::kText;
}

StoredCommitment stored(const World& world, const ObjectKey& key, const Sha256& sha256) {
  const Format format = Format::compile(world.desired.commitment->format).value();
  const FormatValues values{.sha256 = sha256, .url = kBase + key.get(), .key = key.get()};
  const Commitment wanted = commitment_of(format, values, kRawBytesMax, shape(world)).value();
  StoredCommitment out;
  for (const Field& field : wanted.fields)
    out.fields.push_back({field.kind == Field::Kind::kRaw ? "Raw" : "Sha256", field.bytes, std::nullopt});
  return out;
}

std::vector<BufferFile> scan_of(const World& world) {
  std::vector<BufferFile> out;
  for (const auto& [name, file] : world.files) {
    BufferFile seen;
    seen.name = name;
    seen.identity = {1, std::hash<std::string>()(name), size(file.content),
                     std::chrono::nanoseconds(file.modified.time_since_epoch()).count()};
    seen.state = file.state;
    seen.sha256 = hash(file.content);
    seen.compress = file.compress;
    if (file.state != BufferFile::State::kReady) seen.reason = "as generated";
    const std::string copy = uploaded_content(file);
    if (file.compress && file.staged) seen.staged = StagedCopy{"/staging/" + name, size(copy), hash(copy)};
    out.push_back(std::move(seen));
  }
  return out;
}

CommitmentView view_of(const World& world) {
  if (!world.slot) return NoCommitment{};
  const ForeignCommitment foreign{describe(*world.slot)};
  const Format format = Format::compile(world.desired.commitment->format).value();
  const Result<ParsedCommitment> parsed = parse_commitment(format, *world.slot, shape(world));
  if (!parsed || !parsed->url || !parsed->url->starts_with(kBase)) return foreign;
  OwnCommitment own{foreign.text, *parsed->url, parsed->sha256,
                    ObjectKey(parsed->url->substr(std::string_view(kBase).size()))};
  own.digest = parsed->digest;
  const bool of_an_index = own.key->get().starts_with(kIndexPrefix);
  return of_an_index == has_index(world.desired) ? CommitmentView(own) : CommitmentView(foreign);
}

/// What the committed index is and what follows it, as the reader of indexes tells it.
void observe_indexes(const World& world, Observed& out) {
  out.base_index = Complete<std::optional<IndexFile>>{};
  std::vector<ListedObject> listing;
  for (const auto& [key, file] : world.indexes) listing.push_back({key, file.size, "etag", file.index.time});
  out.indexes = Complete<std::vector<ListedObject>>{listing};
  if (!has_index(world.desired)) return;
  std::optional<IndexFile> base;
  if (!world.indexes.empty()) base = world.indexes.rbegin()->second;
  const auto* own = std::get_if<OwnCommitment>(&out.commitment);
  if (strategy_of(world.desired) == Strategy::kStaticPointer) {
    if (base && !world.pointer) out.stale_pointer = "is not there";
    if (base && world.pointer && world.pointer->sha256 != base->sha256) out.stale_pointer = "is an older one";
    out.base_index_committed = own && base && !out.stale_pointer;
    if (own && !base) out.lost_index = "i/latest.json leads to no index";
  } else if (own) {
    const auto found = world.indexes.find(*own->key);
    out.base_index_committed = found != world.indexes.end();
    if (!out.base_index_committed) out.lost_index = own->key->get() + ": not found";
    if (out.base_index_committed) base = found->second;
  }
  out.base_index = Complete<std::optional<IndexFile>>{base};
  if (!out.base_index_committed || strategy_of(world.desired) == Strategy::kStaticPointer) return;
  std::map<ObjectKey, IndexEntry> unfinished;
  for (const auto& [key, file] : world.indexes) {
    if (file.index.seq <= base->index.seq) continue;
    for (const IndexEntry& entry : file.index.objects) unfinished.insert_or_assign(entry.key, entry);
    if (file.index.prev == base->sha256) out.pending_index = file;
  }
  for (const IndexEntry& entry : base->index.objects)
    if (unfinished.contains(entry.key) && unfinished.at(entry.key) == entry) unfinished.erase(entry.key);
  for (auto& [key, entry] : unfinished) out.unfinished.push_back(std::move(entry));
}

}  // namespace

std::string uploaded_content(const File& file) { return file.compress ? "gz:" + file.content : file.content; }

IndexEntry entry_of(const ObjectKey& key, const Object& object) {
  return {key, size(object.content), hash(object.content), object.modified, std::nullopt};
}

IndexFile stored_index(const World& world, const Index& index) {
  const StoredIndex bytes = store_index(index, world.inline_max);
  const Sha256 sha256 = hash(bytes.root);
  const ObjectKey key = strategy_of(world.desired) == Strategy::kContentAddressed
                            ? index_key(kIndexPrefix, index.seq, sha256)
                            : index_key(kIndexPrefix, index.seq);
  return {index, key, size(bytes.root), sha256, bytes.parts};
}

StoredCommitment pointing_at(const World& world, const IndexFile& index) {
  const bool pointed = strategy_of(world.desired) == Strategy::kStaticPointer;
  return stored(world, pointed ? ObjectKey(kPointerKey) : index.key, index.sha256);
}

StoredCommitment pointing_at(const World& world, const IndexEntry& object) {
  return stored(world, object.key, object.sha256);
}

Observed observe(const World& world) {
  Observed out;
  out.now = world.now;
  out.store = world.store;
  out.bucket_location = "s3://laws";
  out.public_base = kBase;
  out.account = {13, "5Hotkey"};
  out.index_inline_max = world.inline_max;
  out.indexes_signed = world.indexes_signed;
  out.journal = world.journal;
  out.bucket_exists = Complete<bool>{world.bucket_exists};
  out.lifecycle = Complete<LifecycleDocument>{world.lifecycle};
  if (world.lifecycle_error) out.lifecycle = Unreadable{{*world.lifecycle_error, "as generated", "wait"}};
  out.chain = Unreadable{{Fault::kUnsupported, "no commitment is configured", ""}};
  if (world.desired.commitment) {
    ChainView chain;
    chain.network = "ledger";
    chain.registered = world.registered;
    chain.budget = world.budget;
    chain.commitment = world.slot;
    out.chain = Complete<ChainView>{chain};
    out.commitment = view_of(world);
  }
  std::vector<ListedObject> listing;
  for (const auto& [key, object] : world.objects) {
    listing.push_back({key, size(object.content), etag_of(object), object.modified});
    ObjectHead head{size(object.content), etag_of(object), object.modified, {}};
    if (!object.owner.empty())
      head.metadata = {{"sha256", to_hex(hash(object.content))}, {kPublicationMetadata, object.owner}};
    out.heads[key] = std::move(head);
  }
  out.objects = Complete<std::vector<ListedObject>>{listing};
  out.buffer = Complete<BufferScan>{{scan_of(world)}};
  for (const ObjectKey& key : keys_to_ask(world.desired, *if_complete(out.buffer)))
    out.heads.try_emplace(key, std::nullopt);
  observe_indexes(world, out);
  return out;
}

std::optional<std::map<ObjectKey, IndexEntry>> named_on_chain(const World& world) {
  if (!world.slot || !world.desired.commitment) return std::nullopt;
  std::map<ObjectKey, IndexEntry> out;
  if (!has_index(world.desired)) {
    for (const auto& [key, object] : world.objects)
      if (pointing_at(world, entry_of(key, object)).fields == world.slot->fields)
        out[key] = entry_of(key, object);
    return out.empty() ? std::nullopt : std::optional(out);
  }
  std::vector<IndexFile> candidates;
  if (strategy_of(world.desired) != Strategy::kStaticPointer)
    for (const auto& [key, file] : world.indexes) candidates.push_back(file);
  else if (world.pointer)
    candidates.push_back(*world.pointer);
  for (const IndexFile& file : candidates) {
    if (pointing_at(world, file).fields != world.slot->fields) continue;
    for (const IndexEntry& entry : file.index.objects) out[entry.key] = entry;
    return out;
  }
  return std::nullopt;
}

std::string lines_of(const World& world) {
  const auto age = [&](Instant time) { return print_duration(world.now - time); };
  std::string out = fmt::format("world: strategy {}, slot {}\n", static_cast<int>(strategy_of(world.desired)),
                                world.slot ? describe(*world.slot) : "empty");
  for (const auto& [name, file] : world.files)
    out += fmt::format("  file {} {} state {} age {}\n", name, file.content, static_cast<int>(file.state),
                       age(file.modified));
  for (const auto& [key, object] : world.objects)
    out += fmt::format("  object {} {} of `{}` age {}\n", key.get(), object.content, object.owner,
                       age(object.modified));
  for (const auto& [key, file] : world.indexes) {
    out += fmt::format("  index {}\n", key.get());
    for (const IndexEntry& entry : file.index.objects)
      out += fmt::format("    {} {} bytes, age {}\n", entry.key.get(), entry.size.get(), age(entry.time));
  }
  for (const LiveRule& live : world.lifecycle.rules)
    out += fmt::format("  rule {} {} {} {}\n", live.rule.id, live.rule.prefix, live.enabled ? "on" : "off",
                       live.rule.expire_after ? print_duration(*live.rule.expire_after) : "never");
  return out;
}

std::string lines_of(const Plan& plan) {
  std::string out;
  for (const Step& step : plan.steps)
    out += fmt::format("  {} {}: {}\n", verb_of(step.action), address_of(step.action), step.cause);
  for (const Refusal& refusal : plan.refusals)
    out += fmt::format("  refused {} [{}]: {}\n", refusal.address, refusal.guard, refusal.error.cause);
  for (const Note& note : plan.notes) out += fmt::format("  note {}: {}\n", note.address, note.text);
  return out;
}

}  // namespace reconcile::laws
