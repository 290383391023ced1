#include "reconciler/engine/observe.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "reconciler/engine/keepsakes.h"
#include "reconciler/engine/list_around.h"
#include "reconciler/engine/list_objects.h"
#include "reconciler/engine/read_index.h"
#include "reconciler/model/key_template.h"
#include "reconciler/plan/expiry.h"
#include "reconciler/plan/lifecycle.h"
#include "reconciler/plan/pointer.h"
#include "reconciler/plan/publish.h"
#include "reconciler/plan/uploads.h"

namespace reconcile {
namespace {

Error not_looked_at(const std::string& what) {
  return {Fault::kTransient, what + " was not looked at, since the bucket itself could not be",
          "see the bucket's error"};
}

std::string data_prefix(const Desired& desired) {
  const Result<KeyTemplate> key_template = KeyTemplate::compile(desired.upload.key);
  return key_template ? key_template->static_prefix() : "";
}

/// A key that nobody has: the embedded bucket gives keys that collide with a folder another address.
constexpr const char* kProbeKey = "reconcile-public-base-probe";

/// One more than the guard allows is enough to see that it is passed; an allowance asks for more.
std::size_t expired_asked_max(const Desired& desired, const Allowances& allowances) {
  constexpr std::size_t kAskedMax = 100'000;
  for (std::size_t count = kAskedMax; count > desired.guards.max_deletes; count /= 2)
    if (allowances.allows("maxDeletes", count)) return count;
  return std::min<std::size_t>(desired.guards.max_deletes + 1, kAskedMax);
}

/// Of objects that are asked what they are, for each kind of doubt: a pass must not pay for a whole bucket.
constexpr std::size_t kDoubtsMax = 1000;

class Observer {
 public:
  Observer(const Desired& desired, const Site& site, const ReadPorts& ports, const Allowances& allowances)
      : desired_(desired), ports_(ports), allowances_(allowances) {
    out_.now = ports.clock.now();
    out_.bucket_location = site.bucket_location;
    out_.account = site.account;
    out_.prices = site.prices;
    out_.store_notes = site.store_notes;
    out_.wallet_notes = site.wallet_notes;
    out_.index_inline_max = site.index_inline_max;
    out_.indexes_signed = ports.checker != nullptr;
    list_parallelism_ = site.list_parallelism;
    swept_ = site.swept;
    settled_run_min_ = site.settled_run_min;
  }

  Observed run() {
    out_.store = ports_.store.capabilities();
    const std::string probe = ports_.store.public_url(ObjectKey(kProbeKey));
    out_.public_base = probe.substr(0, probe.size() - std::string_view(kProbeKey).size());
    if (Result<JournalView> view =
            ports_.journal.view(out_.bucket_location, out_.now - desired_.guards.window))
      out_.journal = *std::move(view);
    else {
      out_.journal.known = false;
      out_.store_notes.push_back("the journal could not be read, so nothing is deleted: " +
                                 view.error().cause);
    }
    give_up_protection(allowances_, out_);
    chain();
    out_.buffer = ports_.buffer.scan(out_.now);
    doubt_an_empty_buffer(desired_, out_);
    bucket();
    return std::move(out_);
  }

 private:
  void chain() {
    if (!ports_.chain) {
      out_.chain = Unreadable{{Fault::kUnsupported, "no commitment is configured", ""}};
      return;
    }
    out_.chain = observed(ports_.chain->observe(out_.account));
    if (const ChainView* view = if_complete(out_.chain)) {
      out_.commitment = read_commitment(desired_, out_.public_base, view->commitment);
    }
  }

  void bucket() {
    out_.bucket_exists = observed(ports_.store.bucket_exists());
    const bool* exists = if_complete(out_.bucket_exists);
    if (!exists) {
      out_.lifecycle = Unreadable{not_looked_at("the lifecycle document")};
      out_.objects = Unreadable{not_looked_at("the listing")};
      out_.indexes = Unreadable{not_looked_at("the listing of indexes")};
      out_.base_index = Unreadable{not_looked_at("the index")};
      return;
    }
    if (!*exists) return empty_bucket();
    out_.lifecycle = observed(ports_.store.lifecycle());
    const bool sweep = sweep_is_due();
    ObjectLister lister(ports_.store, data_prefix(desired_), list_parallelism_);
    if (sweep) lister.start();  // small buckets are listed whole before their index is read
    indexes();
    if (const std::vector<SettledRun> runs = sweep ? std::vector<SettledRun>() : settled(); !runs.empty()) {
      list_the_rest(runs);
    } else {
      if (!sweep) lister.start();
      const auto* base = if_any(out_.base_index);
      const std::vector<IndexEntry> none;
      out_.objects = lister.finish(base && *base ? (*base)->index.objects : none);  // not a copy of a million
      remember();
    }
    doubtful_heads();
    heads();
  }

  /// An object's age is learned early enough before its time comes, whatever the manifest says.
  Seconds resync() const { return std::min(desired_.bucket.resync, expiry_margin_of(desired_) / 2); }

  bool sweep_is_due() const {
    return !swept_ || !swept_->at || *swept_->at > out_.now || out_.now - *swept_->at >= resync();
  }

  /// The committed index, where nothing is in doubt about it: the one that the last look saw, or one that
  /// followed it.
  const IndexFile* settled_base() const {
    const auto* base = if_complete(out_.base_index);
    if (!base || !*base || !out_.base_index_committed || out_.lost_index || out_.pending_index ||
        !out_.unfinished.empty() || out_.stale_pointer)
      return nullptr;
    return &**base;
  }

  std::vector<SettledRun> settled() const {
    const IndexFile* base = settled_base();
    const BufferScan* scan = if_any(out_.buffer);
    if (!base || !if_complete(out_.lifecycle)) return {};
    if (base->sha256 != swept_->index && base->index.prev != swept_->index) return {};
    std::vector<ObjectKey> touched = swept_->missing;
    if (scan)
      for (const ObjectKey& key : keys_to_ask(desired_, *scan)) touched.push_back(key);
    std::sort(touched.begin(), touched.end());
    std::vector<LifecycleRule> rules = plan_lifecycle(desired_, out_).in_force;
    rules.insert(rules.end(), desired_.bucket.lifecycle.rules.begin(), desired_.bucket.lifecycle.rules.end());
    return settled_runs(base->index.objects, touched, rules, *swept_->at,
                        out_.now + expiry_margin_of(desired_) + resync(), settled_run_min_);
  }

  void list_the_rest(const std::vector<SettledRun>& runs) {
    const IndexFile& base = *settled_base();
    out_.objects = list_around(ports_.store, data_prefix(desired_), base.index.objects, runs, swept_->odd);
    out_.listed_before = swept_->at;
    for (const SettledRun& run : runs) out_.objects_not_listed += run.end - run.begin;
    if (if_complete(out_.objects))
      swept_->index = base.sha256;
    else
      swept_->forget();
  }

  void remember() {
    if (!swept_) return;
    const auto* listing = if_complete(out_.objects);
    const IndexFile* base = settled_base();
    if (!listing || !base) return swept_->forget();
    constexpr Seconds kSlack{3600};
    swept_->remember(*listing, *base, std::min(kSlack, expiry_margin_of(desired_) / 4), out_.now);
  }

  void empty_bucket() {
    if (const auto* own = std::get_if<OwnCommitment>(&out_.commitment); own && own->key)
      out_.lost_index = own->key->get() + ": there is no bucket";
    else if (own)  // it reads like our format, and there is nothing of ours that it could name
      out_.commitment = ForeignCommitment{std::string(own->text)};
    out_.lifecycle = Complete<LifecycleDocument>{};
    out_.objects = Complete<std::vector<ListedObject>>{};
    out_.indexes = Complete<std::vector<ListedObject>>{};
    out_.base_index = Complete<std::optional<IndexFile>>{};
    heads();
  }

  void indexes() {
    const Strategy strategy = strategy_of(desired_);
    if (strategy == Strategy::kNone || strategy == Strategy::kLastFile) {
      out_.indexes = Complete<std::vector<ListedObject>>{};
      out_.base_index = Complete<std::optional<IndexFile>>{};
      return;
    }
    if (!if_complete(out_.chain)) {
      out_.base_index =
          Unreadable{{Fault::kTransient, "which index is committed is unknown", "see the chain's error"}};
      return;
    }
    if (strategy == Strategy::kStaticPointer)
      read_pointed_index(ports_.store, ports_.checker, out_, list_parallelism_);
    else
      read_index(desired_, ports_.store, out_, list_parallelism_);
  }

  void heads() {
    std::set<ObjectKey> keys;
    if (const BufferScan* scan = if_any(out_.buffer))
      for (const ObjectKey& key : keys_to_ask(desired_, *scan)) keys.insert(key);
    if (const auto* own = std::get_if<OwnCommitment>(&out_.commitment);
        own && own->key && strategy_of(desired_) == Strategy::kLastFile)
      keys.insert(*own->key);
    const bool expire = !out_.store.lifecycle_enforced || !if_complete(out_.lifecycle);
    for (const ObjectKey& key : keys) head(key);
    if (strategy_of(desired_) == Strategy::kLastFile) find_committed_file();
    if (expire) expired_heads();
  }

  /// A commitment without an address of ours is ours only when an object of ours is what it names: its looks
  /// decide nothing. What was put last is what was committed last, so a few questions suffice.
  void find_committed_file() {
    constexpr std::size_t kQuestionsMax = 32;
    const auto* own = std::get_if<OwnCommitment>(&out_.commitment);
    if (!own || own->key) return;
    const auto found = [&](const auto& asked) {
      return named_object(desired_, out_, *own, asked).has_value();
    };
    if (std::any_of(out_.heads.begin(), out_.heads.end(), found)) return;
    std::vector<ListedObject> newest;
    if (const auto* listing = if_any(out_.objects)) newest = *listing;
    std::sort(newest.begin(), newest.end(),
              [](const ListedObject& a, const ListedObject& b) { return a.modified > b.modified; });
    if (newest.size() > kQuestionsMax) newest.resize(kQuestionsMax);
    for (const ListedObject& object : newest) {
      head(object.key);
      const auto asked = out_.heads.find(object.key);
      if (asked != out_.heads.end() && found(*asked)) return;
    }
    out_.commitment = ForeignCommitment{std::string(own->text)};
  }

  /// Oldest first, until enough of ours are found: old objects of others must not use up the questions.
  void expired_heads() {
    constexpr std::size_t kQuestionsMax = 100'000;
    const std::size_t most = expired_asked_max(desired_, allowances_);
    std::size_t ours = 0;
    for (const ObjectKey& key : expired_candidates(desired_, out_, named(), kQuestionsMax)) {
      if (ours >= most) return;
      head(key);
      const auto found = out_.heads.find(key);
      if (found != out_.heads.end() && found->second && belongs_to(desired_, *found->second)) ++ours;
    }
  }

  /// A listing may lag behind the last writes, and an entry leaves the index only when its object is known to
  /// be gone: the object itself is asked. Of more than this a guard asks the operator anyway.
  void doubtful_heads() {
    if (const auto* base = if_any(out_.base_index); base && *base) {
      ask_where_doubtful((*base)->index.objects);
      ask_where_younger(**base);
    }
    ask_where_doubtful(out_.unfinished);
    ask_where_contested();
  }

  /// Indexes that were written side by side may name different bytes under one key.
  void ask_where_contested() {
    const auto* base = if_any(out_.base_index);
    if (!base || !*base) return;
    const std::vector<IndexEntry>& entries = (*base)->index.objects;
    const ObjectKey* last = nullptr;
    for (const IndexEntry& entry : out_.unfinished) {
      const auto at = std::lower_bound(entries.begin(), entries.end(), entry.key,
                                       [](const IndexEntry& e, const ObjectKey& key) { return e.key < key; });
      const bool in_base = at != entries.end() && at->key == entry.key;
      if ((in_base && at->sha256 != entry.sha256) || (last && *last == entry.key)) head(entry.key);
      last = &entry.key;
    }
  }

  /// An index names what was put before it was written: a younger object may be another file that was given
  /// the key since, by others or while the chain could not be read. Both times are the bucket's. An index
  /// that is not the committed one was written when something else was the truth: there every doubt counts.
  void ask_where_younger(const IndexFile& base) {
    const bool in_force = out_.base_index_committed && !out_.lost_index;
    const auto* listing = if_complete(out_.objects);
    const auto* indexes = if_any(out_.indexes);
    if (!listing || !indexes) return;
    const auto written = std::find_if(indexes->begin(), indexes->end(),
                                      [&](const ListedObject& object) { return object.key == base.key; });
    if (in_force && written == indexes->end()) return;
    std::size_t asked = 0;
    auto at = listing->begin();
    for (const IndexEntry& entry : base.index.objects) {
      while (at != listing->end() && at->key < entry.key) ++at;
      if (at == listing->end() || at->key != entry.key) continue;
      const bool younger = written == indexes->end() ||
                           (in_force ? at->modified > written->modified : at->modified >= written->modified);
      if (!younger) continue;
      if (in_force && ++asked > kDoubtsMax) return;
      ask(entry.key);
    }
  }

  /// Not listed, or listed as older than was noted: as it was before it was renewed. `entries` are sorted by
  /// key, as the listing is.
  void ask_where_doubtful(const std::vector<IndexEntry>& entries) {
    const auto* listing = if_complete(out_.objects);
    if (!listing) return;
    const std::string prefix = data_prefix(desired_);
    const LifecyclePlan rules = plan_lifecycle(desired_, out_);
    std::size_t asked = 0;
    auto at = listing->begin();
    for (const IndexEntry& entry : entries) {
      while (at != listing->end() && at->key < entry.key) ++at;
      const bool listed = at != listing->end() && at->key == entry.key;
      const bool doubted = listed ? leaves_by_listing_alone(desired_, rules.in_force, entry, *at, out_.now)
                                  : entry.key.get().starts_with(prefix);
      if (!doubted) continue;
      if (++asked > kDoubtsMax) return;
      ask(entry.key);
    }
  }

  Named named() const {
    const auto* base = if_any(out_.base_index);
    return base && *base ? Named((*base)->index.objects) : Named();
  }

  void head(const ObjectKey& key) {
    // A whole listing already says what is not there; asking again would cost a request each.
    const auto* listing = if_complete(out_.objects);
    if (listing && key.get().starts_with(data_prefix(desired_)) &&
        !std::binary_search(listing->begin(), listing->end(), ListedObject{key, {}, {}, {}},
                            [](const ListedObject& a, const ListedObject& b) { return a.key < b.key; })) {
      out_.heads.emplace(key, std::nullopt);
      return;
    }
    ask(key);
  }

  void ask(const ObjectKey& key) {
    Result<std::optional<ObjectHead>> answer = ports_.store.head(key);
    if (answer)
      out_.heads.emplace(key, *std::move(answer));
    else
      out_.head_errors.emplace(key, answer.error());
  }

  const Desired& desired_;
  const ReadPorts& ports_;
  const Allowances& allowances_;
  std::size_t list_parallelism_ = 1;
  Swept* swept_ = nullptr;
  std::size_t settled_run_min_ = 0;
  Observed out_;
};

}  // namespace

Observed observe(const Desired& desired, const Site& site, const ReadPorts& ports,
                 const Allowances& allowances) {
  return Observer(desired, site, ports, allowances).run();
}

}  // namespace reconcile
