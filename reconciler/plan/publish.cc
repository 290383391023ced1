#include "reconciler/plan/publish.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/plan/lifecycle.h"
#include "reconciler/plan/pointer.h"

namespace reconcile {
namespace {

IndexEntry entry_of(const UploadFile& upload, Instant now) {
  return {upload.key, upload.size.value_or(Bytes(0)), upload.sha256.value_or(Sha256()), now, upload.rows};
}

bool same_objects(const std::vector<IndexEntry>& a, const std::vector<IndexEntry>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const IndexEntry& x, const IndexEntry& y) {
    return x.key == y.key && x.size == y.size && x.sha256 == y.sha256;
  });
}

/// One above everything that was ever seen, so that an index once written is never written over.
std::uint64_t next_seq(const Observed& observed, const std::optional<IndexFile>& base) {
  std::uint64_t seq = base ? base->index.seq : 0;
  if (const auto* listed = if_any(observed.indexes))
    for (const ListedObject& object : *listed)
      seq = std::max(seq, index_seq(kIndexPrefix, object.key).value_or(0));
  return seq + 1;
}

std::string cause_of_index(std::size_t added, const Departures& gone) {
  std::string out;
  const auto say = [&out](std::size_t count, const char* what) {
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", print_count(count), what);
  };
  say(added, "to add");
  say(gone.leaving.size(), "leave before they expire");
  say(gone.vanished.size(), "vanished from the bucket");
  say(gone.changed.size(), "were replaced by others");
  return out.empty() ? "the index is not in the bucket in this form" : out;
}

/// Many entries gone at once look like a wrong bucket or a wiped one, not like upkeep.
std::optional<Refusal> mass_disappearance(const Desired& desired, std::size_t vanished, std::size_t total,
                                          const Allowances& allowances) {
  const bool many = vanished > desired.guards.max_deletes ||
                    (total >= kObjectsMinForPercent &&
                     vanished * 100 > total * static_cast<std::size_t>(desired.guards.max_delete_percent));
  if (!many || allowances.allows("vanished", vanished)) return std::nullopt;
  return Refusal{
      "index",
      "vanished",
      fmt::format("--allow vanished={}", vanished),
      {Fault::kConflict,
       fmt::format("{} of {} objects that the index names are gone from the bucket", print_count(vanished),
                   print_count(total)),
       fmt::format(
           "check that this is the right bucket and who deleted them; then pass --allow vanished={} to "
           "publish an index without them",
           vanished)}};
}

Note vanished_note(const ObjectKey& key) {
  return {Note::Kind::kWarning, "objects/" + key.get(), "named by the index, and gone from the bucket",
          "drift: deleted by others"};
}

class IndexPublisher {
 public:
  IndexPublisher(const Desired& desired, const Observed& observed,
                 const std::vector<const UploadFile*>& uploads, const std::vector<LifecycleRule>& in_force,
                 const Allowances& allowances)
      : desired_(desired),
        observed_(observed),
        uploads_(uploads),
        in_force_(in_force),
        allowances_(allowances) {}

  PublishPlan run() {
    // Whatever is refused below: what is committed, or may yet become so, is not expired.
    name_base();
    for (const IndexEntry& entry : observed_.unfinished) out_.named.insert(entry.key);
    if (cannot_be_signed()) return std::move(out_);
    const ChainView* chain = if_complete(observed_.chain);
    const auto* base = if_complete(observed_.base_index);
    if (!chain || !base) {
      if (!chain) refuse("chain", *why_not(observed_.chain));
      if (chain && !base) refuse("index", *why_not(observed_.base_index));
      return std::move(out_);
    }
    if (observed_.lost_index && !allowances_.allows("lost-index")) {
      refuse_lost_index();
      return std::move(out_);
    }
    // Usually nothing is unfinished, and then the base itself is what the next index follows.
    const std::optional<IndexFile> mixed =
        observed_.unfinished.empty() ? std::nullopt : base_with_unfinished(observed_);
    const IndexFile* merged = mixed ? &*mixed : *base ? &**base : nullptr;
    const std::vector<IndexEntry> none;
    const std::vector<IndexEntry>& entries = merged ? merged->index.objects : none;
    Departures gone = plan_departures(desired_, observed_, entries, in_force_);
    std::move(gone.notes.begin(), gone.notes.end(), std::back_inserter(out_.notes));
    for (const ObjectKey& key : gone.vanished) out_.notes.push_back(vanished_note(key));
    if (gone.unsettled) refuse("objects", *gone.unsettled);
    if (auto refusal = mass_disappearance(desired_, gone.vanished.size(), entries.size(), allowances_)) {
      out_.refusals.push_back(*std::move(refusal));
      return std::move(out_);
    }
    publish(*base, merged, gone);
    return std::move(out_);
  }

 private:
  bool is(Strategy strategy) const { return strategy_of(desired_) == strategy; }

  /// A pointer that never changes is worth as much as the signature of what it leads to.
  bool cannot_be_signed() {
    if (!is(Strategy::kStaticPointer) || observed_.indexes_signed) return false;
    if (desired_.commitment->network == Network::kLedger) {
      out_.notes.push_back({Note::Kind::kWarning, std::string("index/") + kPointerKey,
                            "is not signed: readers cannot tell who wrote it",
                            "a ledger has no keys; for trying things out only"});
      return false;
    }
    refuse("index", {Fault::kUnsupported,
                     "strategy static-pointer needs indexes that are signed, and nothing here can check a "
                     "signature of this network",
                     "use strategy index, whose commitment carries the digest"});
    return true;
  }

  void refuse(const std::string& address, Error error) {
    out_.refusals.push_back({address, "", "", std::move(error)});
  }

  void refuse_lost_index() {
    out_.refusals.push_back(
        {"index",
         "lost-index",
         "--allow lost-index",
         {Fault::kConflict, "the committed index cannot be used: " + *observed_.lost_index,
          "check that this is the right bucket and who changed it; then pass --allow lost-index to publish "
          "one that follows "
          "the newest usable index"}});
  }

  void name_base() {
    const auto* base = if_any(observed_.base_index);
    if (!base || !*base) return;
    out_.named = Named((*base)->index.objects);
    out_.named.insert((*base)->key);
  }

  void publish(const std::optional<IndexFile>& base, const IndexFile* merged, const Departures& gone) {
    std::set<ObjectKey> dropped = gone.leaving;
    dropped.insert(gone.vanished.begin(), gone.vanished.end());
    dropped.insert(gone.changed.begin(), gone.changed.end());
    std::vector<IndexEntry> added;
    bool exact = true;
    for (const UploadFile* upload : uploads_) {
      exact = exact && upload->sha256 && upload->size;
      added.push_back(entry_of(*upload, observed_.now));
    }
    const std::uint64_t seq = next_seq(observed_, base);
    if (seq > kIndexSeqMax)
      return refuse("index", {Fault::kUnsupported,
                              fmt::format("index numbers end at {}, and the bucket has one with that number",
                                          kIndexSeqMax),
                              "look who wrote it; if nobody needs it, remove it from the bucket"});
    // The same bytes put again are as good as new entries: their age counts from now. So are those that were
    // put again before, if the entry of old would have had to leave.
    const bool renews = std::any_of(uploads_.begin(), uploads_.end(), [&](const UploadFile* u) {
      return u->replaces || dropped.contains(u->key);
    });
    const bool lacks_signature =
        is(Strategy::kStaticPointer) && observed_.indexes_signed && base && !base->index.signature;
    // An index as large as the bucket is made only where it can differ from the one that is there.
    const bool untouched = base && merged == &*base && dropped.empty() && added.empty();
    std::optional<Index> next;
    if (!untouched || lacks_signature)
      next = next_index(merged, dropped, added, seq, observed_.account, observed_.now);
    if (base && !renews && !lacks_signature && (!next || same_objects(base->index.objects, next->objects))) {
      if (observed_.stale_pointer)
        point_at(*base);
      else if (!observed_.base_index_committed || !chain_says(*base))
        commit(base->index, base->key, base->sha256, base->size, true);
      out_.uploads_covered = out_.refusals.empty();
      return;
    }
    if (!base && next->objects.empty()) {  // nothing was ever published and there is nothing to publish
      out_.uploads_covered = true;
      return;
    }
    write(base, *std::move(next), exact, gone, {dropped.begin(), dropped.end()}, added.size());
  }

  void write(const std::optional<IndexFile>& base, Index next, bool exact, const Departures& gone,
             std::vector<ObjectKey> dropped, std::size_t added) {
    WriteIndex action{.index = std::move(next), .exact = exact, .dropped = std::move(dropped)};
    const std::optional<IndexFile>& pending = observed_.pending_index;
    if (exact && pending && same_objects(pending->index.objects, action.index.objects) &&
        pending->index.prev == (base ? std::optional(base->sha256) : std::nullopt) && lasts(*pending)) {
      action.key = pending->key;
      action.index = pending->index;
      action.already_there = true;
      commit(pending->index, pending->key, pending->sha256, pending->size, true);
    } else {
      lay_out(base, action);
    }
    if (is(Strategy::kStaticPointer)) action.copy = ObjectKey(kPointerKey);
    take(std::move(action), cause_of_index(added, gone));
  }

  /// Entries that were noted long ago leave again in the next pass, however lately their bytes were put
  /// again.
  bool lasts(const IndexFile& pending) const {
    return plan_departures(desired_, observed_, pending.index.objects, in_force_).leaving.empty();
  }

  /// How the new index will be stored, as far as that is known, and the commitment to it.
  void lay_out(const std::optional<IndexFile>& base, WriteIndex& action) {
    const StoredIndex stored = store_index(action.index, observed_.index_inline_max);
    for (const IndexPart& part : stored.parts)
      if (base && std::find(base->parts.begin(), base->parts.end(), part) != base->parts.end())
        ++action.parts_kept;
      else
        action.parts.push_back(part);
    if (is(Strategy::kStaticPointer)) {  // the commitment speaks of no bytes; a signature makes them anew
      action.key = index_key(kIndexPrefix, action.index.seq);
      return commit(action.index, action.key, std::nullopt, std::nullopt, true);
    }
    std::optional<Sha256> sha256;
    if (action.exact) sha256 = sha256_of(std::string_view(stored.root));
    const std::optional<Bytes> size = action.exact ? std::optional(Bytes(stored.root.size())) : std::nullopt;
    action.key = is(Strategy::kContentAddressed)
                     ? index_key(kIndexPrefix, action.index.seq, sha256.value_or(Sha256()))
                     : index_key(kIndexPrefix, action.index.seq);
    commit(action.index, action.key, sha256, size, action.exact);
    action.key = ObjectKey(with_unknown_digest(action.key.get()));
  }

  /// static-pointer: the newest index is there, and the pointer is not a copy of it.
  void point_at(const IndexFile& base) {
    WriteIndex action{.key = base.key, .index = base.index, .already_there = true};
    action.copy = ObjectKey(kPointerKey);
    commit(base.index, base.key, base.sha256, base.size, true);
    take(std::move(action), fmt::format("{} {}", kPointerKey, *observed_.stale_pointer));
  }

  void take(WriteIndex action, std::string cause) {
    if (!out_.refusals.empty())
      return;  // an index that cannot be committed is not written: it would only cost
    for (const IndexEntry& entry : action.index.objects) out_.named.insert(entry.key);
    out_.named.insert(action.key);
    out_.uploads_covered = true;
    out_.index = Step{std::move(action), std::move(cause)};
  }

  bool chain_says(const IndexFile& base) const {
    const CommitPlan again = plan_commit(
        desired_, observed_, values(base.index, base.key, base.sha256, base.size), true, allowances_);
    return !again.action && again.refusals.empty();
  }

  FormatValues values(const Index& index, const ObjectKey& key, std::optional<Sha256> sha256,
                      std::optional<Bytes> size) const {
    return values_for(desired_, observed_, index, key, sha256, size);
  }

  void commit(const Index& index, const ObjectKey& key, std::optional<Sha256> sha256,
              std::optional<Bytes> size, bool exact) {
    CommitPlan plan = plan_commit(desired_, observed_, values(index, key, sha256, size), exact, allowances_);
    for (Refusal& refusal : plan.refusals) out_.refusals.push_back(std::move(refusal));
    if (plan.action)
      out_.commit = Step{*std::move(plan.action), "the index changes; sent once it is verified"};
  }

  const Desired& desired_;
  const Observed& observed_;
  const std::vector<const UploadFile*>& uploads_;
  const std::vector<LifecycleRule>& in_force_;
  const Allowances& allowances_;
  PublishPlan out_;
};

}  // namespace

bool supersedes(const Observed& observed, const IndexEntry& entry, const IndexEntry& old) {
  if (entry.sha256 == old.sha256) return entry.time >= old.time;
  const auto asked = observed.heads.find(entry.key);
  const auto there =
      asked != observed.heads.end() && asked->second ? sha256_of(*asked->second) : std::nullopt;
  if (there && (*there == entry.sha256 || *there == old.sha256)) return *there == entry.sha256;
  return entry.time >= old.time;
}

std::optional<IndexFile> base_with_unfinished(const Observed& observed) {
  const auto* base = if_complete(observed.base_index);
  if (!base || !*base) return std::nullopt;
  std::optional<IndexFile> out = *base;
  if (observed.unfinished.empty()) return out;
  std::map<ObjectKey, IndexEntry> objects;
  for (const IndexEntry& entry : out->index.objects) objects.emplace(entry.key, entry);
  for (const IndexEntry& entry : observed.unfinished) {
    const auto [at, is_new] = objects.emplace(entry.key, entry);
    if (!is_new && supersedes(observed, entry, at->second)) at->second = entry;
  }
  out->index.objects.clear();
  for (auto& [key, entry] : objects) out->index.objects.push_back(std::move(entry));
  return out;
}

Index next_index(const IndexFile* base, const std::set<ObjectKey>& dropped,
                 const std::vector<IndexEntry>& added, std::uint64_t seq, const Account& account,
                 Instant now) {
  std::map<ObjectKey, IndexEntry> fresh;
  for (const IndexEntry& entry : added) fresh.insert_or_assign(entry.key, entry);
  Index next;
  next.seq = seq;
  if (base) next.prev = base->sha256;
  next.netuid = account.netuid;
  next.hotkey = account.hotkey;
  next.time = now;
  next.objects.reserve((base ? base->index.objects.size() : 0) + fresh.size());
  auto at = fresh.begin();
  if (base)
    for (const IndexEntry& entry : base->index.objects) {
      for (; at != fresh.end() && at->first < entry.key; ++at) next.objects.push_back(std::move(at->second));
      const bool replaced = at != fresh.end() && at->first == entry.key;
      if (!replaced && !dropped.contains(entry.key)) next.objects.push_back(entry);
    }
  for (; at != fresh.end(); ++at) next.objects.push_back(std::move(at->second));
  return next;
}

PublishPlan plan_last_file(const Desired& desired, const Observed& observed,
                           const std::vector<const UploadFile*>& uploads,
                           const std::vector<LifecycleRule>& in_force, const Allowances& allowances);

PublishPlan plan_publish(const Desired& desired, const Observed& observed,
                         const std::vector<const UploadFile*>& uploads,
                         const std::vector<LifecycleRule>& in_force, const Allowances& allowances) {
  switch (strategy_of(desired)) {
    case Strategy::kNone: {
      PublishPlan out;
      out.uploads_covered = true;  // verified in the bucket is all there is
      return out;
    }
    case Strategy::kLastFile:
      return plan_last_file(desired, observed, uploads, in_force, allowances);
    case Strategy::kIndex:
    case Strategy::kTwoField:
    case Strategy::kContentAddressed:
    case Strategy::kStaticPointer:
      break;
  }
  return IndexPublisher(desired, observed, uploads, in_force, allowances).run();
}

}  // namespace reconcile
