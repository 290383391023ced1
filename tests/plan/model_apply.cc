// What each step does to the world, and the promise that it must not break.

#include "tests/plan/model_world.h"
#include <algorithm>

#include <rapidcheck.h>

#include "reconciler/base/sha256.h"

namespace reconcile::laws {
namespace {

bool same_bytes(const IndexEntry& a, const IndexEntry& b) { return a.sha256 == b.sha256 && a.size == b.size; }

class Hands {
 public:
  Hands(World world, const Plan& plan) : before_(world), world_(std::move(world)), plan_(plan) {}

  World run() {
    std::size_t kind = 0;
    for (const Step& step : plan_.steps) {  // every step has a cause, and kinds keep their order
      RC_ASSERT(!step.cause.empty());
      RC_ASSERT(step.action.index() >= kind);
      kind = step.action.index();
      std::visit([this](const auto& action) { (*this)(action); }, step.action);
    }
    return std::move(world_);
  }

  void operator()(const CreateBucket&) {
    RC_ASSERT(!world_.bucket_exists);
    RC_ASSERT(world_.desired.bucket.create);
    world_.bucket_exists = true;
  }

  void operator()(const SetLifecycle& action) {
    RC_ASSERT(action.before == world_.lifecycle);
    nothing_foreign_changes(action);
    // S3: at the next moment the provider may carry the rules out.
    if (const auto named = named_on_chain(world_))
      for (const LiveRule& rule : action.after.rules) spares(rule, *named);
    world_.lifecycle = action.after;
    for (const LifecycleRule& rule : world_.desired.bucket.lifecycle.rules)
      world_.journal.own_rules.insert(rule.id);
  }

  void operator()(const QuarantineFile& action) {
    RC_ASSERT(world_.files.at(action.name).state == BufferFile::State::kInvalid);
    world_.files.erase(action.name);
  }

  void operator()(const UploadFile& action) {
    File& file = world_.files.at(action.name);
    RC_ASSERT(file.state == BufferFile::State::kReady);
    const Object object{uploaded_content(file), world_.now, world_.desired.name};
    const IndexEntry is = entry_of(action.key, object);
    if (action.sha256) RC_ASSERT(*action.sha256 == is.sha256);
    if (action.size) RC_ASSERT(*action.size == is.size);
    file.staged = true;
    const auto old = world_.objects.find(action.key);
    uploaded_[action.key] = is;
    newest_ = std::max(newest_, std::pair(std::pair(action.identity.mtime_ns, action.name), action.key));
    if (action.already_there) {
      RC_ASSERT(old != world_.objects.end());
      RC_ASSERT(same_bytes(entry_of(action.key, old->second), is));
      return;
    }
    if (old != world_.objects.end()) {  // S5: overwriting destroys as a delete does
      RC_ASSERT(action.replaces);
      RC_ASSERT(!old->second.owner.empty());
      if (!same_bytes(entry_of(action.key, old->second), is)) {
        RC_ASSERT(world_.desired.upload.on_conflict == OnConflict::kOverwrite);
        RC_ASSERT(!is_kept(action.key));
      }
    }
    world_.objects[action.key] = object;
  }

  void operator()(const RenewObject& action) {
    Object& object = world_.objects.at(action.key);
    RC_ASSERT(entry_of(action.key, object).sha256 == action.sha256);
    object.modified = world_.now;
  }

  void operator()(const WriteIndex& action) {
    Index index = action.index;
    for (IndexEntry& entry : index.objects) {
      const auto sent = uploaded_.find(entry.key);
      if (sent == uploaded_.end()) continue;
      if (action.exact && !action.already_there) RC_ASSERT(same_bytes(entry, sent->second));
      entry.sha256 = sent->second.sha256;
      entry.size = sent->second.size;
    }
    const IndexFile file = stored_index(world_, index);
    for (const IndexEntry& entry : index.objects) {  // S2
      RC_ASSERT(world_.objects.contains(entry.key));
      RC_ASSERT(same_bytes(entry_of(entry.key, world_.objects.at(entry.key)), entry));
    }
    const auto there = world_.indexes.find(file.key);
    RC_ASSERT(action.already_there == (there != world_.indexes.end()));  // never written over
    if (action.already_there) RC_ASSERT(there->second.sha256 == file.sha256);
    if (action.exact) RC_ASSERT(action.key == file.key);
    world_.indexes.insert_or_assign(file.key, file);
    if (action.copy) world_.pointer = file;
    index_ = file;
  }

  void operator()(const CommitAction& action) {
    RC_ASSERT(world_.registered);
    if (world_.slot && !named_on_chain(before_) && !ours_lost())
      RC_ASSERT(world_.allowances.allows("foreign-commitment"));
    const StoredCommitment wanted = has_index(world_.desired)
                                        ? pointing_at(world_, committed_index())
                                        : pointing_at(world_, uploaded_.at(newest_.second));
    if (action.commitment) RC_ASSERT(reconcile::same_bytes(*action.commitment, wanted));
    RC_ASSERT(!world_.slot || world_.slot->fields != wanted.fields);  // on change only
    if (world_.budget) {
      world_.budget->used += action.cost;
      RC_ASSERT(world_.budget->used <= world_.budget->max);
    }
    world_.slot = wanted;
    const auto named = named_on_chain(world_);
    RC_ASSERT(named.has_value());
    for (const auto& [key, entry] : *named) {  // S2
      RC_ASSERT(world_.objects.contains(key));
      RC_ASSERT(same_bytes(entry_of(key, world_.objects.at(key)), entry));
    }
  }

  void operator()(const ReleaseFile& action) {
    const File& file = world_.files.at(action.name);
    RC_ASSERT(file.state == BufferFile::State::kReady);
    RC_ASSERT(world_.desired.buffer.after_publish != AfterPublish::kKeep);
    RC_ASSERT(world_.objects.contains(action.key));
    const IndexEntry there = entry_of(action.key, world_.objects.at(action.key));
    const Object wanted{uploaded_content(file), world_.now, ""};
    RC_ASSERT(same_bytes(there, entry_of(action.key, wanted)));  // S1
    if (strategy_of(world_.desired) != Strategy::kNone) {
      const bool any_turn = world_.desired.commitment->accept_overwrite && named_on_chain(world_);
      RC_ASSERT(any_turn || names(world_, there) || names(before_, there));
    }
    world_.files.erase(action.name);
  }

  void operator()(const ExpireObject& action) {
    const Object object = world_.objects.at(action.key);
    RC_ASSERT(object.owner == world_.desired.name);  // S5
    RC_ASSERT(!is_kept(action.key));
    RC_ASSERT(past_a_rule(action.key, object));
    if (const auto named = named_on_chain(world_)) RC_ASSERT(!named->contains(action.key));  // S3
    world_.objects.erase(action.key);
    ++world_.journal.deleted_objects;
    world_.journal.deleted_bytes = world_.journal.deleted_bytes + action.size;
    within_the_guards();  // S6
  }

 private:
  /// A finalized commitment leads readers to these very bytes.
  static bool names(const World& world, const IndexEntry& there) {
    const auto named = named_on_chain(world);
    return named && named->contains(there.key) && same_bytes(named->at(there.key), there);
  }

  bool is_kept(const ObjectKey& key) const {
    for (const std::string& pattern : world_.desired.protect)
      if (pattern == key.get()) return true;
    return world_.journal.protect.contains(key.get());
  }

  bool past_a_rule(const ObjectKey& key, const Object& object) const {
    for (const LifecycleRule& rule : world_.desired.bucket.lifecycle.rules)
      if (rule.expire_after && key.get().starts_with(rule.prefix) &&
          object.modified + *rule.expire_after <= world_.now)
        return true;
    return false;
  }

  /// A rule that is not there in this form yet must not take what the commitment names.
  void spares(const LiveRule& rule, const std::map<ObjectKey, IndexEntry>& named) const {
    if (!rule.enabled || !rule.rule.expire_after) return;
    for (const LiveRule& old : world_.lifecycle.rules)
      if (old == rule) return;
    for (const auto& [key, entry] : named) {
      const auto object = world_.objects.find(key);
      if (object != world_.objects.end() && key.get().starts_with(rule.rule.prefix))
        RC_ASSERT(object->second.modified + *rule.rule.expire_after > world_.now);
    }
  }

  void nothing_foreign_changes(const SetLifecycle& action) const {
    const LifecycleSpec& spec = world_.desired.bucket.lifecycle;
    RC_ASSERT(spec.ownership != LifecycleOwnership::kIgnore);
    for (const LiveRule& rule : world_.lifecycle.rules) {
      const bool declared = std::any_of(spec.rules.begin(), spec.rules.end(),
                                        [&](const LifecycleRule& r) { return r.id == rule.rule.id; });
      if (declared || world_.journal.own_rules.contains(rule.rule.id) ||
          spec.ownership == LifecycleOwnership::kExclusive)
        continue;
      RC_ASSERT(std::count(action.after.rules.begin(), action.after.rules.end(), rule) == 1);
    }
  }

  void within_the_guards() const {
    const GuardSpec& guards = world_.desired.guards;
    const JournalView& gone = world_.journal;
    RC_ASSERT(gone.deleted_objects <= guards.max_deletes || world_.allowances.allows("maxDeletes"));
    RC_ASSERT(gone.deleted_bytes <= guards.max_delete_bytes || world_.allowances.allows("maxDeleteBytes"));
    const std::uint64_t all = before_.objects.size() + before_.journal.deleted_objects;
    RC_ASSERT(all < 10 ||
              gone.deleted_objects * 100 <= all * static_cast<unsigned>(guards.max_delete_percent) ||
              world_.allowances.allows("maxDeletePercent"));
  }

  /// The slot holds what this program wrote, and the index it speaks of is gone.
  bool ours_lost() const { return observe(before_).lost_index && world_.allowances.allows("lost-index"); }

  const IndexFile& committed_index() const {
    if (index_) return *index_;
    RC_ASSERT(!world_.indexes.empty());
    return world_.indexes.rbegin()->second;  // what stands already, and nobody committed
  }

  World before_;
  World world_;
  const Plan& plan_;
  std::map<ObjectKey, IndexEntry> uploaded_;
  std::pair<std::pair<std::int64_t, std::string>, ObjectKey> newest_{{INT64_MIN, ""}, ObjectKey()};
  std::optional<IndexFile> index_;
};

}  // namespace

World apply(World world, const Plan& plan) { return Hands(std::move(world), plan).run(); }

}  // namespace reconcile::laws
