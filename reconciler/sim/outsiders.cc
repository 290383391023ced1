#include "reconciler/sim/outsiders.h"

#include <algorithm>
#include <iterator>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/sim/rule_text.h"

namespace reconcile::sim {
namespace {

Field raw(const std::string& text) {
  const ByteView bytes = view_of(text);
  return {Field::Kind::kRaw, ByteVector(bytes.begin(), bytes.end())};
}

/// "data/2026/11/22/": where the default key puts a file of this time.
std::string folder_of(Instant time) {
  std::string day = print_time(time).substr(0, 10);
  std::replace(day.begin(), day.end(), '-', '/');
  return "data/" + day + "/";
}

Commitment commitment_to(Strategy strategy, const std::string& key, const Sha256& sha256) {
  const std::string url = "https://sim.invalid/" + key;
  if (strategy == Strategy::kIndex) return {{raw("rc1|" + to_base64url(ByteView(sha256.get())) + "|" + url)}};
  if (strategy == Strategy::kContentAddressed) return {{raw(url)}};
  const ByteView digest(sha256.get());
  return {{raw(url), {Field::Kind::kSha256, ByteVector(digest.begin(), digest.end())}}};
}

}  // namespace

void Outsiders::scrape(const Arrival& file) {
  if (!world_.folder.files.contains(file.name)) world_.write_file(file.name, file.content, file.damage);
}

void Outsiders::leave() {
  std::erase_if(world_.bucket.rules, [](const std::string& text) { return text.starts_with("id=theirs-"); });
  judge_.outsider_edits_rules();
  free_taken_keys();
  world_.chain.unregistered.clear();
  world_.chain.upgraded_until = 0;
  world_.skew = Seconds(0);
  publication_.restore();
}

/// A file whose key and whose other key are both taken by other bytes waits for the operator, who has a look.
void Outsiders::free_taken_keys() {
  const auto waits = [&](const std::string& key) {
    const std::string name = key.substr(key.rfind('/') + 1);
    return std::any_of(world_.folder.files.begin(), world_.folder.files.end(), [&](const auto& file) {
      return name.starts_with(file.first.substr(0, file.first.find('.')));
    });
  };
  std::erase_if(world_.bucket.objects, [&](const auto& entry) {
    const bool theirs = entry.second.metadata.empty() && entry.first.starts_with("data/");
    if (!theirs || !waits(entry.first)) return false;
    judge_.departs(entry.first, entry.second, false);
    return true;
  });
}

void Outsiders::act(const ScheduledFault& fault) {
  const std::uint64_t value = fault.value;
  switch (fault.kind) {
    case FaultKind::kHumanDeletes:
      if (const std::optional<std::string> key = some_key(value)) {
        judge_.departs(*key, world_.bucket.objects.at(*key), false);
        world_.before_write(*key);
        world_.bucket.objects.erase(*key);
      }
      return;
    case FaultKind::kHumanReplaces:
      if (const std::optional<std::string> key = some_key(value))
        put(*key, "replaced by bytes of another length " + std::to_string(value), world_.now);
      return;
    case FaultKind::kHumanAdds:
      return add(value);
    case FaultKind::kHumanEditsRules:
      return edit_rules(value);
    case FaultKind::kForeignCommit:
      world_.chain.pending.push_back({world_.head_block() + 1,
                                      publication_.account(),
                                      {{raw("theirs " + std::to_string(value % 100))}}});
      return;
    case FaultKind::kSecondWriter:
      return publish_too(value);
    case FaultKind::kDeregistered:
      if (world_.chain.unregistered.erase(publication_.account()) == 0)
        world_.chain.unregistered.insert(publication_.account());
      return;
    case FaultKind::kClockJump:
      world_.skew = Seconds(static_cast<std::int64_t>(value % 2401) - 1200);
      return;
    case FaultKind::kRevision:
      return publication_.revise(value);
    case FaultKind::kRewrite:
    case FaultKind::kChangedWhileSent:
      return rewrite(value, fault.kind == FaultKind::kRewrite ? "" : fault.where);
    case FaultKind::kJournalLost:
      publication_.journal().lose();
      judge_.journal_is_lost();
      return;
    default:
      return;
  }
}

/// Mostly data; now and then an index, a part of one, the pointer.
std::optional<std::string> Outsiders::some_key(std::uint64_t value) const {
  const std::string prefix = value % 6 == 0 ? kIndexPrefix : "data/";
  std::vector<std::string> keys;
  for (const auto& [key, object] : world_.bucket.objects)
    if (key.starts_with(prefix)) keys.push_back(key);
  if (keys.empty()) return std::nullopt;
  return keys[(value >> 8) % keys.size()];
}

void Outsiders::put(const std::string& key, const std::string& content, Instant modified, bool ours) {
  if (const auto old = world_.bucket.objects.find(key); old != world_.bucket.objects.end())
    judge_.departs(key, old->second, false);
  judge_.outsider_touches(key);
  world_.before_write(key);
  const Sha256 sha256 = sha256_of(std::string_view(content));
  WorldObject object{std::make_shared<const std::string>(content), sha256, "", {}, modified};
  if (ours)
    object.metadata = {{"sha256", to_hex(sha256)},
                       {"size_bytes", std::to_string(content.size())},
                       {kPublicationMetadata, publication_.desired().name}};
  world_.bucket.objects.insert_or_assign(key, std::move(object));
}

/// Where one of our files would go, or beside them; some as old as if they had to expire.
void Outsiders::add(std::uint64_t value) {
  const auto& files = world_.folder.files;
  std::string key = "data/theirs-" + std::to_string(value % 3);
  if (value % 2 == 0 && !files.empty()) {
    const auto file = std::next(files.begin(), static_cast<std::ptrdiff_t>((value >> 8) % files.size()));
    key = folder_of(Instant(Seconds(file->second.identity.mtime_ns / 1'000'000'000))) + file->first;
  }
  if (world_.bucket.objects.contains(key)) return;
  const bool old = value % 4 == 1;
  // Of a length that nothing of ours has: somebody else may have deleted what an index still names here, and
  // a listing tells sizes, no digests (ARCHITECTURE.md, "Decisions that a reader may not expect").
  put(key, "theirs, of a length that nothing of ours has: " + std::to_string(value),
      world_.now - std::chrono::days(old ? 40 : 0));
}

void Outsiders::edit_rules(std::uint64_t value) {
  std::vector<std::string>& rules = world_.bucket.rules;
  const auto add_rule = [&](const std::string& text) {
    const std::string id = parse_rule(text).rule.id;
    if (std::none_of(rules.begin(), rules.end(),
                     [&](const std::string& r) { return parse_rule(r).rule.id == id; }))
      rules.push_back(text);
  };
  switch (value % 4) {
    case 0:
      std::erase_if(rules, [](const std::string& text) { return text.starts_with("id=ExpireOldData"); });
      break;
    case 1:
      add_rule("id=kept\nprefix=other/\nenabled=true\nexpire_days=3\ntag=keep\n");
      break;
    case 2:
      add_rule("id=theirs-data\nprefix=data/\nenabled=true\nexpire_days=5\n");
      break;
    default:
      add_rule("id=theirs-index\nprefix=i/\nenabled=true\nexpire_days=30\n");
  }
  judge_.outsider_edits_rules();
}

void Outsiders::rewrite(std::uint64_t value, const std::string& where) {
  std::vector<std::string> names;
  for (const auto& [name, file] : world_.folder.files)
    if (where.empty() || where.find("/" + name) != std::string::npos) names.push_back(name);
  if (names.empty()) return;
  world_.write_file(names[(value >> 8) % names.size()], "rewritten " + std::to_string(value));
}

/// Another copy of this program does a whole pass in one instant, from a buffer of its own: it follows the
/// committed index, takes up what was written after it, adds an object and commits.
void Outsiders::publish_too(std::uint64_t value) {
  const Strategy strategy = scenario_.strategy;
  const bool known = strategy == Strategy::kIndex || strategy == Strategy::kContentAddressed ||
                     strategy == Strategy::kTwoField;
  const auto& included = world_.chain.included;
  if (!known || included.empty() || included.back().block > world_.finalized_block()) return;
  Stranger stranger(world_, strategy, publication_.account());
  const std::optional<Reading> base = stranger.follow(included.back().commitment);
  if (!base) return;
  Index next;
  std::map<std::string, IndexEntry> entries = base->entries;
  std::optional<std::uint64_t> base_seq;
  for (const std::string& key : base->files)
    if (const auto seq = index_seq(kIndexPrefix, ObjectKey(key))) base_seq = *seq;
  for (const auto& [key, object] : world_.bucket.objects) {
    const std::optional<std::uint64_t> seq = index_seq(kIndexPrefix, ObjectKey(key));
    if (!seq) continue;
    next.seq = std::max(next.seq, *seq);
    if (base->files.contains(key)) next.prev = object.sha256;
    if (!base_seq || *seq < *base_seq) continue;
    if (const auto later = stranger.follow(commitment_to(strategy, key, object.sha256)))
      for (const auto& [name, entry] : later->entries) entries.insert_or_assign(name, entry);
  }
  ++next.seq;
  next.netuid = publication_.account().netuid;
  next.hotkey = publication_.account().hotkey;
  next.time = world_.now;
  const std::string content = "second " + std::to_string(value);
  const std::string key = folder_of(world_.now) + "second-" + std::to_string(value % 1000) + ".parquet";
  const Sha256 sha256 = sha256_of(std::string_view(content));
  if (world_.bucket.objects.contains(key)) return;
  put(key, content, world_.now, true);
  entries.insert_or_assign(
      key, IndexEntry{ObjectKey(key), Bytes(content.size()), sha256, world_.now, std::nullopt});
  for (const auto& [name, entry] : entries)
    if (world_.bucket.objects.contains(name)) next.objects.push_back(entry);
  const StoredIndex stored =
      store_index(next, scenario_.inline_max, [&](const IndexPart& part, const std::string& text) {
        if (!world_.bucket.objects.contains(part.key.get())) put(part.key.get(), text, world_.now, true);
      });
  const Sha256 root = sha256_of(std::string_view(stored.root));
  const ObjectKey root_key = strategy == Strategy::kContentAddressed ? index_key(kIndexPrefix, next.seq, root)
                                                                     : index_key(kIndexPrefix, next.seq);
  put(root_key.get(), stored.root, world_.now, true);
  world_.chain.pending.push_back(
      {world_.head_block() + 1, publication_.account(), commitment_to(strategy, root_key.get(), root)});
  judge_.outsider_publishes(sha256);
}

}  // namespace reconcile::sim
