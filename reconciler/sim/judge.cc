#include "reconciler/sim/judge.h"

#include <algorithm>

#include "reconciler/base/bytes.h"
#include "reconciler/sim/rule_text.h"

namespace reconcile::sim {
namespace {

/// The clock of the machine may be 20 minutes off, and a pass takes its time.
constexpr Seconds kSlack{7200};

bool is_index(const std::string& key) { return key.starts_with(kIndexPrefix); }

}  // namespace

Judge::Judge(World& world, Strategy strategy, Account account, std::string publication)
    : world_(world),
      strategy_(strategy),
      account_(account),
      publication_(std::move(publication)),
      stranger_(world, strategy, account) {}

void Judge::blame(const char* promise, std::string what) {
  if (!broken_) broken_ = BrokenPromise{promise, std::move(what)};
}

void Judge::pass_begins(const Desired& desired, bool operator_allows_everything) {
  declared_.clear();
  for (const LifecycleRule& rule : desired.bucket.lifecycle.rules) {
    declared_.insert(rule.id);
    own_rule_ids_.insert(rule.id);
    if (rule.expire_after) shortest_life_ = std::min(shortest_life_, *rule.expire_after);
  }
  deletes_max_ = desired.guards.max_deletes;
  margin_ = expiry_margin_of(desired);
  margin_max_ = std::max(margin_max_, margin_);
  allowed_ = operator_allows_everything;
  finalized_at_start_ = world_.finalized_block();
  departed_in_this_pass_.clear();
  touched_.clear();
  age_before_.clear();
  deletions_in_this_pass_ = 0;
  count_is_lost_ = false;
  rules_edited_in_this_pass_ = rules_read_in_this_pass_ = false;
  unknown_outcome_ = false;  // a new process, or a new pass: it looks before it does anything
  world_.calls.clear();
}

void Judge::pass_ends(bool converged) {
  // Who may not read the rules counts with the declared ones, and says so.
  if (converged && rules_read_in_this_pass_ && !rules_edited_in_this_pass_)
    safe_until_ = world_.now + margin_;
}

void Judge::outsider_edits_rules() {
  rules_edited_since_read_ = true;
  rules_edited_in_this_pass_ = true;
  safe_until_.reset();
  for (const std::string& text : world_.bucket.rules)
    if (const LiveRule live = parse_rule(text); live.rule.expire_after)
      shortest_life_ = std::min(shortest_life_, *live.rule.expire_after);
}

bool Judge::is_ours(const WorldObject& object) const {
  const auto owner = object.metadata.find(kPublicationMetadata);
  return owner != object.metadata.end() && owner->second == publication_;
}

const WorldObject* Judge::live(const std::string& key) const {
  const auto found = world_.bucket.objects.find(key);
  return found == world_.bucket.objects.end() ? nullptr : &found->second;
}

/// Others may take an object away between the program's look and what it does next.
std::vector<const WorldObject*> Judge::versions_in_this_pass(const std::string& key) const {
  std::vector<const WorldObject*> out;
  if (const WorldObject* object = live(key)) out.push_back(object);
  for (const auto& [gone, object] : departed_in_this_pass_)
    if (gone == key) out.push_back(&object);
  return out;
}

bool Judge::live_in_this_pass(const std::string& key, const Sha256& sha256) const {
  const std::vector<const WorldObject*> versions = versions_in_this_pass(key);
  return std::any_of(versions.begin(), versions.end(),
                     [&](const WorldObject* object) { return object->sha256 == sha256; });
}

bool Judge::ever_departed(const std::string& key, const Sha256& sha256) const {
  const auto found = departed_.find(key);
  return found != departed_.end() && found->second.contains(sha256);
}

const Judge::Entry* Judge::finalized() const {
  const std::uint64_t block = world_.finalized_block();
  const auto& all = world_.chain.included;
  for (auto entry = all.rbegin(); entry != all.rend(); ++entry)
    if (entry->account == account_ && entry->block <= block) return &*entry;
  return nullptr;
}

std::vector<const Judge::Entry*> Judge::finalized_in_this_pass() const {
  std::vector<const Entry*> out;
  const std::uint64_t block = world_.finalized_block();
  const auto& all = world_.chain.included;
  for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
    if (entry->account != account_ || entry->block > block) continue;
    out.push_back(&*entry);
    if (entry->block <= finalized_at_start_) break;
  }
  return out;
}

// S1
void Judge::releases(const std::string& name, const Sha256& sha256) {
  Instant& since = published_.emplace(sha256, world_.now).first->second;
  const auto in_bucket = [&](const std::string& key) { return live_in_this_pass(key, sha256); };
  if (strategy_ == Strategy::kNone) {
    const auto& objects = world_.bucket.objects;
    const bool there = std::any_of(objects.begin(), objects.end(),
                                   [&](const auto& o) { return o.second.sha256 == sha256; }) ||
                       std::any_of(departed_in_this_pass_.begin(), departed_in_this_pass_.end(),
                                   [&](const auto& o) { return o.second.sha256 == sha256; });
    if (!there) blame("S1", name + " was released and its bytes are not in the bucket");
    for (const auto& [key, object] : objects)
      if (object.sha256 == sha256) since = std::min(since, object.modified);
    return;
  }
  for (const Entry* entry : finalized_in_this_pass()) {
    const std::optional<Reading> reading = stranger_.follow(entry->commitment, departed_in_this_pass_);
    if (!reading) continue;
    for (const auto& [key, named] : reading->entries)
      if (named.sha256 == sha256 && in_bucket(key)) {
        since = std::min(since, named.time);  // its life counts from there
        if (const WorldObject* object = live(key)) since = std::min(since, object->modified);
        return;
      }
  }
  blame("S1", name + " was released and no finalized commitment leads to its bytes");
}

// S2, S4, S6, S7, S10
void Judge::commits(const Account&, const Commitment& commitment) {
  submitted_ = commitment;
  if (unknown_outcome_) blame("S7", "an unknown outcome was followed by a commit, and not by a look");
  if (observed_ && observed_->commitment == commitment)
    blame("S10", "committed again what was final: " + reconcile::describe(commitment));
  const std::optional<Reading> old =
      observed_ ? stranger_.follow(observed_->commitment, departed_in_this_pass_) : std::nullopt;
  const bool foreign = observed_ && reconcile::describe(observed_->commitment).starts_with("theirs");
  if (foreign && !allowed_) blame("S6", "somebody else's commitment was replaced and nobody had allowed it");
  const std::optional<Reading> reading = stranger_.follow(commitment, departed_in_this_pass_);
  if (!reading) return blame("S2", "committed what leads nowhere: " + reconcile::describe(commitment));
  for (const auto& [key, entry] : reading->entries)
    if (!live_in_this_pass(key, entry.sha256) && !ever_departed(key, entry.sha256))
      return blame("S2", "committed an index that names what never was in the bucket: " + key);
  if (old && strategy_ != Strategy::kLastFile) nothing_dropped(*old, *reading);
}

void Judge::commit_answered(std::optional<Fault> fault) {
  unknown_outcome_ = fault == Fault::kUnknownOutcome;
  if (!fault) observes_chain();  // the answer tells what is final
}

void Judge::observes_chain() {
  unknown_outcome_ = false;
  const Entry* entry = finalized();
  observed_ = entry ? std::optional(*entry) : std::nullopt;
}

bool Judge::may_leave(const std::string& key, Instant time) const {
  if (!key.starts_with("data/")) return true;
  return time + shortest_life_ - margin_max_ - kSlack <= world_.now;
}

// S4: an entry leaves the index only when its object is known to be gone, or about to expire, or when others
// damaged the index and the operator allowed by name to go on without it.
void Judge::nothing_dropped(const Reading& before, const Reading& after) {
  if (allowed_ && index_departed_) return;
  for (const auto& [key, entry] : before.entries) {
    if (after.entries.contains(key)) continue;
    const WorldObject* object = live(key);
    if (!object || object->sha256 != entry.sha256 || touched_.contains(key) || departed_.contains(key))
      continue;
    Instant time = std::min(entry.time, object->modified);
    if (const auto before_put = age_before_.find(key); before_put != age_before_.end())
      time = std::min(time, before_put->second);
    if (!may_leave(key, time)) blame("S4", "the new index forgets " + key + ", which is there");
  }
}

// S3, S5, S6
void Judge::removes(const std::string& key) {
  const WorldObject* object = live(key);
  if (!object) return;
  if (!touched_.contains(key) && (!is_ours(*object) || !key.starts_with("data/")))
    blame("S5", "deleted what is not ours: " + key);
  if (const Entry* entry = finalized())
    if (const std::optional<Reading> reading = stranger_.follow(entry->commitment))
      if (reading->files.contains(key) || reading->entries.contains(key))
        blame("S3", "deleted what the finalized commitment names: " + key);
  // A day less the slack by the true clock lies within a day by the machine's.
  while (!deletions_.empty() && deletions_.front() + std::chrono::days(1) - kSlack <= world_.now)
    deletions_.pop_front();
  // The window is counted in the journal, before the object goes: what a lost one counted nobody can know, as
  // S6 says. No pass goes over the limit for that.
  if (!count_is_lost_) deletions_.push_back(world_.now);
  const std::uint64_t counted = std::max<std::uint64_t>(deletions_.size(), ++deletions_in_this_pass_);
  if (counted > deletes_max_ && !allowed_)
    blame("S6", std::to_string(counted) + " deletions within a day, " + std::to_string(deletes_max_) +
                    " are allowed");
}

void Judge::puts(const std::string& key, const WorldObject& object, bool lands) {
  const WorldObject* old = live(key);
  if (old && key != kPointerKey) {
    const bool same = old->sha256 == object.sha256 && is_ours(*old) && key.starts_with("data/");
    const bool stale = world_.schedule &&
                       std::any_of(world_.schedule->fired().begin(), world_.schedule->fired().end(),
                                   [](const ScheduledFault& f) { return f.kind == FaultKind::kStaleList; });
    if (same && !stale && !touched_.contains(key) && !departed_.contains(key) &&
        !may_leave(key, old->modified))
      blame("S10", "sent once more what was there: " + key);
    if (lands) age_before_.emplace(key, old->modified);
    if (lands) judge_overwrite(key, *old, object);
  }
  if (key == kPointerKey && lands && strategy_ == Strategy::kStaticPointer) {
    const std::optional<Reading> before = stranger_.follow_pointer();
    const Objects next = {{key, object}};
    Stranger after(world_, strategy_, account_);
    if (const IndexRoot* root = before ? after.parsed(object) : nullptr) {
      Reading reading;
      for (const IndexEntry& entry : root->index.objects) reading.entries.emplace(entry.key.get(), entry);
      for (const IndexPart& part : root->parts)
        for (const WorldObject* there : versions_in_this_pass(part.key.get()))
          if (const auto entries = parse_index_part(*there->content, part))
            for (const IndexEntry& entry : *entries) reading.entries.emplace(entry.key.get(), entry);
      nothing_dropped(*before, reading);
    }
  }
}

// S3, S5: writing over an object destroys it as a delete does.
void Judge::judge_overwrite(const std::string& key, const WorldObject& old, const WorldObject& next) {
  if (old.sha256 == next.sha256 || touched_.contains(key)) return;
  // A damaged part is repaired: its key names the bytes that belong there.
  if (key.starts_with(kIndexPartsPrefix) && key.find(to_hex(next.sha256).substr(0, 16)) != std::string::npos)
    return;
  if (!is_ours(old)) return blame("S5", "wrote over what is not ours: " + key);
  if (const Entry* entry = finalized())
    if (const std::optional<Reading> reading = stranger_.follow(entry->commitment))
      if (reading->files.contains(key) || reading->entries.contains(key))
        blame("S3", "wrote over what the finalized commitment names: " + key);
}

// S5
void Judge::sets_rules(const std::vector<std::string>& rules) {
  if (rules_edited_since_read_) return;  // nobody could have known: the document has no conditional write
  for (const std::string& text : world_.bucket.rules) {
    const std::string id = parse_rule(text).rule.id;
    if (own_rule_ids_.contains(id) || std::find(rules.begin(), rules.end(), text) != rules.end()) continue;
    blame("S5", "the lifecycle rule " + id + " is not ours, and was changed or removed");
  }
}

// S3: what a program that had converged a moment ago still names does not expire.
void Judge::departs(const std::string& key, const WorldObject& object, bool by_provider) {
  if (by_provider && safe_until_ && world_.now < *safe_until_ - kSlack && strategy_ != Strategy::kNone &&
      is_ours(object))
    if (const Entry* entry = finalized(); entry && could_be_known(*entry))
      if (const std::optional<Reading> reading = stranger_.follow(entry->commitment))
        if (reading->files.contains(key) || reading->entries.contains(key))
          blame("S3", "the provider expired what the finalized commitment names: " + key);
  departed_in_this_pass_.emplace_back(key, object);
  departed_[key].insert(object.sha256);
  if (!by_provider) {
    touched_.insert(key);
    index_departed_ = index_departed_ || is_index(key);
  }
}

/// Not so of what took the slot after the program's last look, and was not what it had sent last: another
/// writer's, or an older one of its own that came late.
bool Judge::could_be_known(const Entry& entry) const {
  return (observed_ && entry.block <= observed_->block) || (submitted_ && entry.commitment == *submitted_);
}

std::set<Sha256> Judge::reachable() {
  std::set<Sha256> out;
  if (strategy_ == Strategy::kNone || strategy_ == Strategy::kLastFile) {
    for (const auto& [key, object] : world_.bucket.objects)
      if (is_ours(object)) out.insert(object.sha256);
    return out;
  }
  const Entry* entry = finalized();
  const std::optional<Reading> reading = entry ? stranger_.follow(entry->commitment) : std::nullopt;
  if (!reading) return out;
  for (const auto& [key, named] : reading->entries) {
    const WorldObject* object = live(key);
    if (object && object->sha256 == named.sha256)
      out.insert(named.sha256);
    else if (!object || !touched_.contains(key))
      blame("L1", "at rest, and the committed index names what is not there: " + key);
  }
  return out;
}

bool Judge::named_somehow(const Sha256& sha256, const std::set<Sha256>& reach) {
  if (reach.contains(sha256)) return true;
  for (const auto& [key, digests] : departed_)
    if (digests.contains(sha256)) return true;  // others took it away, or its time had come
  const auto& objects = world_.bucket.objects;
  return index_departed_ && std::any_of(objects.begin(), objects.end(),
                                        [&](const auto& o) { return o.second.sha256 == sha256; });
}

void Judge::at_rest() {
  const Entry* entry = finalized();
  // last-file commits a file when it comes, and never one that left: a slot that was taken waits for the
  // next.
  const bool taken = strategy_ == Strategy::kLastFile && entry &&
                     reconcile::describe(entry->commitment).starts_with("theirs");
  if (strategy_ != Strategy::kNone && !published_.empty() && !taken &&
      (!entry || !stranger_.follow(entry->commitment)) && departed_.empty())
    blame("L1", "at rest, and the finalized commitment leads nowhere");
  const std::set<Sha256> reach = reachable();
  for (const auto& [sha256, when] : published_) {
    if (may_leave("data/", when) || named_somehow(sha256, reach)) continue;
    blame("S10", "lost: " + to_hex(sha256).substr(0, 16) + " left the buffer, and no reader finds it");
  }
}

}  // namespace reconcile::sim
