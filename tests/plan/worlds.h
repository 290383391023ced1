#pragma once
// Small worlds to plan in: a publication with one rule, a readable bucket, a ledger, and whatever a test
// adds.

#include <algorithm>
#include <string>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/model/desired.h"
#include "reconciler/model/observed.h"
#include "reconciler/model/plan.h"
#include "reconciler/plan/pointer.h"
#include "reconciler/plan/uploads.h"

namespace reconcile::worlds {

inline const Instant kNow = parse_time("2026-11-22T07:20:14Z").value();
inline constexpr const char* kBase = "https://data.example.org/";

inline Desired desired(Strategy strategy = Strategy::kIndex) {
  Desired out;
  out.name = "sn13";
  out.source = "sn13.yaml";
  out.bucket.name = "sn13";
  out.bucket.lifecycle.rules = {{"ExpireOldData", "data/", Seconds(std::chrono::days(14)), std::nullopt}};
  out.buffer.path = "/buffer";
  CommitmentSpec commitment;
  commitment.network = Network::kLedger;
  commitment.netuid = 13;
  commitment.strategy = strategy;
  if (strategy == Strategy::kLastFile) commitment.format = "{url}|{sha256}";
  out.commitment = commitment;
  if (strategy == Strategy::kNone) out.commitment.reset();
  return out;
}

/// Everything readable and empty; the lifecycle rule is in place.
inline Observed observed() {
  Observed out;
  out.now = kNow;
  out.bucket_location = "s3://sn13";
  out.public_base = kBase;
  out.account = {13, "5Hotkey"};
  out.bucket_exists = Complete<bool>{true};
  LifecycleDocument document;
  document.rules.push_back(
      {{"ExpireOldData", "data/", Seconds(std::chrono::days(14)), std::nullopt}, true, true, "<raw>"});
  out.lifecycle = Complete<LifecycleDocument>{document};
  out.objects = Complete<std::vector<ListedObject>>{};
  out.indexes = Complete<std::vector<ListedObject>>{};
  out.buffer = Complete<BufferScan>{};
  ChainView chain;
  chain.network = "ledger";
  chain.finalized_block = 100;
  out.chain = Complete<ChainView>{chain};
  out.base_index = Complete<std::optional<IndexFile>>{};
  out.journal.own_rules = {"ExpireOldData"};
  return out;
}

inline BufferFile file(const std::string& name, const std::string& content, Seconds age = Seconds(600)) {
  BufferFile out;
  out.name = name;
  out.identity = {1, static_cast<std::uint64_t>(std::hash<std::string>()(name)), Bytes(content.size()),
                  std::chrono::nanoseconds((kNow - age).time_since_epoch()).count()};
  out.state = BufferFile::State::kReady;
  out.sha256 = sha256_of(std::string_view(content));
  return out;
}

inline void add(Observed& world, BufferFile added) {
  auto& files = std::get<Complete<BufferScan>>(world.buffer).value.files;
  files.push_back(std::move(added));
  std::sort(files.begin(), files.end(),
            [](const BufferFile& a, const BufferFile& b) { return a.name < b.name; });
  // As an observation does: every key that matters is asked for; what the listing lacks is known to be
  // absent.
  for (const ObjectKey& key : keys_to_ask(desired(), std::get<Complete<BufferScan>>(world.buffer).value))
    world.heads.try_emplace(key, std::nullopt);
}

inline ObjectHead head_of(const std::string& content, Instant modified) {
  return {Bytes(content.size()),
          "etag",
          modified,
          {{"sha256", to_hex(sha256_of(std::string_view(content)))}, {kPublicationMetadata, "sn13"}}};
}

/// An object of ours in the bucket, listed and asked for.
inline void put(Observed& world, const std::string& key, const std::string& content,
                Seconds age = Seconds(600)) {
  auto& objects = std::get<Complete<std::vector<ListedObject>>>(world.objects).value;
  objects.push_back({ObjectKey(key), Bytes(content.size()), "etag", kNow - age});
  std::sort(objects.begin(), objects.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  world.heads[ObjectKey(key)] = head_of(content, kNow - age);
}

inline IndexEntry entry(const std::string& key, const std::string& content, Seconds age = Seconds(600)) {
  return {ObjectKey(key), Bytes(content.size()), sha256_of(std::string_view(content)), kNow - age,
          std::nullopt};
}

/// A committed index with these entries.
inline void commit(Observed& world, std::vector<IndexEntry> entries, std::uint64_t seq = 7) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  Index index;
  index.seq = seq;
  index.netuid = 13;
  index.hotkey = "5Hotkey";
  index.time = kNow - Seconds(600);
  index.objects = std::move(entries);
  const std::string bytes = print_index(index);
  const IndexFile file{index, index_key(kIndexPrefix, seq), Bytes(bytes.size()),
                       sha256_of(std::string_view(bytes))};
  world.base_index = Complete<std::optional<IndexFile>>{file};
  world.base_index_committed = true;
  const Desired wish = desired();
  const Format format = Format::compile(wish.commitment->format).value();
  const Commitment stored =
      commitment_of(format, values_for(wish, world, file.index, file.key, file.sha256, file.size)).value();
  ChainView& chain = std::get<Complete<ChainView>>(world.chain).value;
  chain.commitment = StoredCommitment{{{"Raw", stored.fields[0].bytes, std::nullopt}}, 90};
  world.commitment = read_commitment(wish, world.public_base, chain.commitment);
}

template <class A>
std::vector<const A*> steps_of(const Plan& p) {
  std::vector<const A*> out;
  for (const Step& step : p.steps)
    if (const A* action = std::get_if<A>(&step.action)) out.push_back(action);
  return out;
}

inline std::string refusals_of(const Plan& p) {
  std::string out;
  for (const Refusal& refusal : p.refusals) out += refusal.address + ": " + refusal.error.cause + "\n";
  return out;
}

inline bool has_note(const Plan& p, const std::string& text) {
  return std::any_of(p.notes.begin(), p.notes.end(),
                     [&](const Note& note) { return note.text.find(text) != std::string::npos; });
}

inline constexpr const char* kKey = "data/2026/11/22/a.parquet";

}  // namespace reconcile::worlds
