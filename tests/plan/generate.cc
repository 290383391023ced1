#include "tests/plan/generate.h"

#include <algorithm>

#include <rapidcheck.h>

#include "reconciler/base/units.h"

namespace reconcile::laws {
namespace {

constexpr Seconds kDay = std::chrono::days(1);

bool coin() { return *rc::gen::arbitrary<bool>(); }
/// From the first case on at full size: inRange alone begins with its lowest numbers.
std::size_t up_to(std::size_t most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, most + 1));
}
bool rarely() { return up_to(7) == 7; }

/// Contents differ in length, so that drift shows in a listing.
std::string content() {
  const std::size_t which = up_to(6);
  return std::string(which + 1, static_cast<char>('a' + which));
}

/// Fresh, a day old, one minute before and after the last day of 14, past it, far past it.
Seconds age() {
  return *rc::gen::element(Seconds(600), 2 * kDay, 13 * kDay - Seconds(60), 13 * kDay + Seconds(60),
                           15 * kDay, 40 * kDay);
}

std::string name() {
  return *rc::gen::element<std::string>("a.parquet", "b.parquet", "c.jsonl.gz", "d.jsonl", "sub/a.parquet",
                                        "e.json");
}
bool is_raw(const std::string& file) { return file == "d.jsonl" || file == "e.json"; }

ObjectKey key() {
  return ObjectKey("data/" + *rc::gen::element<std::string>("a.parquet", "b.parquet", "c.jsonl.gz",
                                                            "d.jsonl.gz", "old/x.parquet", "old/y.parquet",
                                                            "z.parquet"));
}

LifecycleRule declared_rule() {
  return *rc::gen::element(LifecycleRule{"ExpireOldData", "data/", 14 * kDay, std::nullopt},
                           LifecycleRule{"ExpireOldData", "data/", 30 * kDay, std::nullopt},
                           LifecycleRule{"OldFolder", "data/old/", 3 * kDay, std::nullopt},
                           LifecycleRule{"AbortStaleUploads", "", std::nullopt, 2 * kDay});
}

Desired any_desired(bool calm) {
  Desired out;
  out.name = "laws";
  out.source = "laws.yaml";
  out.bucket.name = "laws";
  out.bucket.create = calm || coin();
  out.bucket.lifecycle.ownership =
      *rc::gen::element(LifecycleOwnership::kMerge, LifecycleOwnership::kMerge,
                        LifecycleOwnership::kExclusive, LifecycleOwnership::kIgnore);
  std::map<std::string, LifecycleRule> rules;
  for (std::size_t left = up_to(3); left > 0; --left) {
    const LifecycleRule rule = declared_rule();
    rules.emplace(rule.id, rule);
  }
  for (const auto& [id, rule] : rules) out.bucket.lifecycle.rules.push_back(rule);
  out.buffer.path = "/buffer";
  out.buffer.include = {"*.parquet", "*.gz", "sub/*"};
  out.buffer.invalid =
      calm ? *rc::gen::element(InvalidFiles::kQuarantine, InvalidFiles::kSkip)
           : *rc::gen::element(InvalidFiles::kQuarantine, InvalidFiles::kSkip, InvalidFiles::kFail);
  out.buffer.after_publish =
      *rc::gen::element(AfterPublish::kDelete, AfterPublish::kTrash, AfterPublish::kKeep);
  out.upload.key = *rc::gen::element<std::string>("data/{name}", "data/{path}", "data/{sha8}/{name}");
  out.upload.on_conflict =
      calm ? OnConflict::kRename
           : *rc::gen::element(OnConflict::kRename, OnConflict::kOverwrite, OnConflict::kFail);
  if (rarely()) out.protect = {"data/a.parquet", "data/old/x.parquet"};
  if (!calm)
    out.guards = {*rc::gen::element<std::uint64_t>(0, 1, 2, 100), *rc::gen::element(0, 10, 100),
                  Bytes(*rc::gen::element(3ull, 1ull << 30, 1ull << 30)), Seconds(86400)};
  else
    out.guards = {100, 100, Bytes(1 << 30), Seconds(86400)};
  const auto strategy =
      *rc::gen::element(Strategy::kIndex, Strategy::kIndex, Strategy::kContentAddressed, Strategy::kTwoField,
                        Strategy::kStaticPointer, Strategy::kLastFile, Strategy::kNone);
  if (strategy == Strategy::kNone) return out;
  CommitmentSpec commitment;
  commitment.network = !calm && rarely() ? Network::kFinney : Network::kLedger;
  commitment.netuid = 13;
  commitment.strategy = strategy;
  commitment.format = strategy == Strategy::kLastFile ? "{url}|{sha256}" : default_format(strategy);
  commitment.accept_overwrite = strategy == Strategy::kLastFile &&
                                (coin() || (calm && out.buffer.after_publish == AfterPublish::kKeep));
  out.commitment = commitment;
  return out;
}

/// Some declared rules stand, some stand differently, some not at all; foreign ones stand beside them.
LifecycleDocument any_document(const Desired& desired, bool calm) {
  LifecycleDocument out;
  for (LifecycleRule rule : desired.bucket.lifecycle.rules) {
    if (rarely()) continue;
    if (rule.expire_after && coin()) rule.expire_after = *rc::gen::element(5 * kDay, 20 * kDay, 60 * kDay);
    out.rules.push_back({rule, true, !rarely(), "<declared/>"});
  }
  if (coin()) out.rules.push_back({{"tmp-debug", "tmp/", kDay, std::nullopt}, true, true, "<foreign/>"});
  if (rarely())
    out.rules.push_back({{"Foreign", "data/old/", 5 * kDay, std::nullopt}, true, true, "<foreign/>"});
  if (rarely())
    out.rules.push_back({{"Former", "data/", 20 * kDay, std::nullopt}, true, true, "<ours once/>"});
  if (!calm && rarely())
    out.rules.push_back({{"Wipe", "", 3 * kDay, std::nullopt}, true, true, "<over the index/>"});
  std::sort(out.rules.begin(), out.rules.end(),
            [](const LiveRule& a, const LiveRule& b) { return a.rule.id < b.rule.id; });
  return out;
}

void add_files(World& world) {
  for (std::size_t left = up_to(4); left > 0; --left) {
    File file{content(), world.now - age()};
    const std::string called = name();
    using State = BufferFile::State;
    if (rarely()) file.state = *rc::gen::element(State::kWaiting, State::kInvalid, State::kRefused);
    file.compress = is_raw(called);
    file.staged = file.compress && coin();
    world.files[called] = file;
  }
}

void add_objects(World& world) {
  for (std::size_t left = up_to(6); left > 0; --left)
    world.objects[key()] = {content(), world.now - age(),
                            *rc::gen::element<std::string>("laws", "laws", "laws", "another", "")};
  if (coin()) return;
  for (const auto& [called, file] : world.files)  // what a pass that was killed had put already
    if (coin() && !called.starts_with("sub/"))
      world.objects[ObjectKey("data/" + called + (file.compress ? ".gz" : ""))] = {
          uploaded_content(file), world.now - age(), world.desired.name};
}

Index index_of(const World& world, std::uint64_t seq, const std::optional<Sha256>& prev, bool drift) {
  Index out{seq, prev, 13, "5Hotkey", world.now - Seconds(600), {}, {}};
  for (const auto& [called, object] : world.objects) {
    if (object.owner != world.desired.name || rarely()) continue;
    if (world.now - object.modified > 14 * kDay && coin()) continue;  // had left already
    Object noted = object;
    if (drift && rarely()) noted.content += "drift";
    out.objects.push_back(entry_of(called, noted));
  }
  if (drift && rarely())
    out.objects.push_back(
        entry_of(ObjectKey("data/zz-vanished"), {"v", world.now - kDay, world.desired.name}));
  return out;
}

/// An index that is committed, or not; another after it that never was; a copy that is right, old or missing.
void add_indexes(World& world, bool calm) {
  if (!has_index(world.desired) || rarely()) return;
  const IndexFile first = stored_index(world, index_of(world, 7, std::nullopt, true));
  world.indexes.emplace(first.key, first);
  world.pointer = first;
  if (!rarely()) world.slot = pointing_at(world, first);
  if (rarely()) {
    const IndexFile second = stored_index(world, index_of(world, 8, first.sha256, true));
    world.indexes.emplace(second.key, second);
  }
  if (rarely()) world.pointer.reset();
  if (!calm && rarely()) world.indexes.erase(first.key);
}

void add_commitment(World& world, bool calm) {
  if (!world.desired.commitment) return;
  if (strategy_of(world.desired) == Strategy::kLastFile && coin()) {
    for (const auto& [called, object] : world.objects)
      if (object.owner == world.desired.name) world.slot = pointing_at(world, entry_of(called, object));
  }
  if (rarely()) {
    const std::string text = "somebody else's";
    world.slot = StoredCommitment{{{"Raw", ByteVector(text.begin(), text.end()), std::nullopt}}, 5};
  }
  if (coin())
    world.budget = CommitBudget{3100, calm ? 0 : *rc::gen::element(0ull, 3100ull), 200, world.now + kDay};
  world.registered = calm || !rarely();
}

World generate(bool calm) {
  World out;
  out.desired = any_desired(calm);
  out.now = parse_time("2026-11-22T07:20:14Z").value();
  out.bucket_exists = calm || !rarely();
  out.store.lifecycle_enforced = rarely() || rarely();
  out.store.abort_uploads_rule = !rarely();
  out.inline_max = *rc::gen::element<std::size_t>(1, kIndexInlineMax);
  out.indexes_signed = false;
  if (rarely())
    out.lifecycle_error =
        calm ? Fault::kDenied : *rc::gen::element(Fault::kDenied, Fault::kUnsupported, Fault::kTransient);
  out.lifecycle = any_document(out.desired, calm);
  out.journal.own_rules = {"Former"};
  for (const LifecycleRule& rule : out.desired.bucket.lifecycle.rules)
    if (coin()) out.journal.own_rules.insert(rule.id);
  if (!calm) out.journal.deleted_objects = *rc::gen::element(0u, 0u, 2u);
  if (rarely()) out.journal.protect = {"data/b.parquet"};
  add_files(out);
  if (out.bucket_exists) {
    add_objects(out);
    for (auto& [called, object] : out.objects)  // nothing that is published falls due while it settles
      if (calm && out.now - object.modified == 13 * kDay - Seconds(60)) object.modified = out.now - 2 * kDay;
    add_indexes(out, calm);
  }
  add_commitment(out, calm);
  for (const char* guard : {"foreign-commitment", "lost-index", "vanished", "maxDeletes"})
    if (calm || rarely()) out.allowances.add(guard);
  return out;
}

}  // namespace

World any_world() { return generate(false); }
World calm_world() { return generate(true); }

World converged_world() {
  World out = calm_world();
  out.lifecycle_error.reset();
  out.files.clear();
  out.indexes.clear();
  out.pointer.reset();
  out.slot.reset();
  out.budget.reset();
  LifecycleDocument document;
  const LifecycleSpec& spec = out.desired.bucket.lifecycle;
  for (LifecycleRule rule : spec.rules) {
    if (!out.store.abort_uploads_rule) rule.abort_uploads_after.reset();
    if (rule.expire_after || rule.abort_uploads_after)
      document.rules.push_back({rule, true, true, "<declared/>"});
  }
  if (spec.ownership != LifecycleOwnership::kExclusive && coin())
    document.rules.push_back({{"tmp-debug", "tmp/", kDay, std::nullopt}, true, true, "<foreign/>"});
  std::sort(document.rules.begin(), document.rules.end(),
            [](const LiveRule& a, const LiveRule& b) { return a.rule.id < b.rule.id; });
  out.lifecycle = document;
  for (auto& [called, object] : out.objects)  // nothing of ours is due
    if (object.owner == out.desired.name) object.modified = out.now - kDay;
  if (strategy_of(out.desired) == Strategy::kLastFile) {
    for (const auto& [called, object] : out.objects)
      if (object.owner == out.desired.name) out.slot = pointing_at(out, entry_of(called, object));
  } else if (has_index(out.desired)) {
    const IndexFile file = stored_index(out, index_of(out, 7, std::nullopt, false));
    out.indexes.emplace(file.key, file);
    out.pointer = file;
    out.slot = pointing_at(out, file);
  }
  return out;
}

Seconds quiet_time(const World& world) {
  Seconds out = 30 * kDay;
  const Seconds margin = expiry_margin_of(world.desired);
  std::vector<LifecycleRule> rules = world.desired.bucket.lifecycle.rules;
  for (const LiveRule& live : world.lifecycle.rules) rules.push_back(live.rule);
  const auto due = [&](Instant time) {
    for (const LifecycleRule& rule : rules)
      for (const Seconds early : {Seconds(0), margin}) {
        if (!rule.expire_after) continue;
        const Seconds left = time + *rule.expire_after - early - world.now;
        if (left > Seconds(0)) out = std::min(out, left - Seconds(1));
      }
  };
  for (const auto& [called, object] : world.objects) due(object.modified);
  for (const auto& [called, file] : world.files) due(file.modified);
  for (const auto& [called, file] : world.indexes)
    for (const IndexEntry& entry : file.index.objects) due(entry.time);
  return out;
}

}  // namespace reconcile::laws
