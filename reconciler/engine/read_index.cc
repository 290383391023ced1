#include "reconciler/engine/read_index.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "reconciler/engine/load_index.h"
#include "reconciler/plan/pointer.h"

namespace reconcile {
namespace {

using MaybeIndex = std::optional<IndexFile>;

/// A commitment without an address is looked for so far back in the history of indexes.
constexpr std::size_t kHistoryMax = 100;
/// Two writers who knew nothing of each other gave one number to two indexes: for so many numbers after that
/// the one that was not followed is taken up, should it still name what no other does.
constexpr std::uint64_t kForkWindow = 16;

bool is_absent(const Error& error) {
  return error.fault == Fault::kCorrupt || error.fault == Fault::kNotFound;
}

class IndexReader {
 public:
  IndexReader(const Desired& desired, ObjectReader& store, Observed& observed, std::size_t at_once)
      : desired_(desired), store_(store), observed_(observed), at_once_(at_once) {}

  void run() {
    const auto* own = std::get_if<OwnCommitment>(&observed_.commitment);
    const std::optional<std::uint64_t> seq =
        own && own->key ? index_seq(kIndexPrefix, *own->key) : std::nullopt;
    // Only what follows the committed index, or forked off shortly before, is of interest: one page, however
    // long the history.
    if (!list(seq.value_or(0) > kForkWindow ? *seq - kForkWindow : 0)) return;
    if (seq) {
      if (committed(*own)) return;
      if (*seq > 0 && !list(0)) return;
    } else if (own && own->key && *own->key != ObjectKey(kPointerKey)) {
      disown();  // an address in our bucket where no index of ours ever stands
    }
    from_the_bucket();
  }

 private:
  bool list(std::uint64_t seq) {
    Result<std::vector<ListedObject>> listed = list_indexes(store_, seq);
    if (!listed) {
      // Newer indexes may name what was released already: without them the next index could lose it.
      observed_.indexes = Unreadable{listed.error()};
      observed_.base_index = Unreadable{listed.error()};
      return false;
    }
    observed_.indexes = Complete<std::vector<ListedObject>>{*std::move(listed)};
    return true;
  }

  const std::vector<ListedObject>& listed() const { return *if_complete(observed_.indexes); }

  void set(MaybeIndex base, bool is_committed) {
    observed_.base_index = Complete<MaybeIndex>{std::move(base)};
    observed_.base_index_committed = is_committed;
  }

  void lose(const ObjectKey& key, const std::string& why) {
    if (!observed_.lost_index) observed_.lost_index = key.get() + why;
  }

  Result<LoadedIndex> load(const ObjectKey& key) {
    return load_index(store_, key, nullptr, observed_.account, at_once_);
  }

  /// True when the question is settled: the committed index was read, or cannot be read right now.
  bool committed(const OwnCommitment& own) {
    Result<LoadedIndex> found = load(*own.key);
    if (!found && !is_absent(found.error())) {
      observed_.base_index = Unreadable{found.error()};
      return true;
    }
    const bool right = found && names_index(desired_, observed_, own, found->file) &&
                       made_for(observed_.account, found->file);
    if (right && !found->damage) {
      set(std::move(found->file), true);
      find_pending();
      return true;
    }
    // Certain: look for the next best.
    lose(*own.key, !found          ? ": " + found.error().cause
                   : found->damage ? ": " + found->damage->cause
                                   : " was replaced by another");
    return false;
  }

  /// The newest index of ours that is whole; a commitment without an address may name one further back.
  void from_the_bucket() {
    const auto* own = std::get_if<OwnCommitment>(&observed_.commitment);
    const bool search = own && !own->key;
    MaybeIndex newest;
    std::size_t looked_at = 0;
    for (auto object = listed().rbegin(); object != listed().rend() && looked_at < kHistoryMax; ++object) {
      Result<LoadedIndex> found = load(object->key);
      if (!found && !is_absent(found.error())) {
        observed_.base_index = Unreadable{found.error()};
        return;
      }
      if (!found || !made_for(observed_.account, found->file)) continue;
      ++looked_at;
      if (found->damage) {
        lose(object->key, ": " + found->damage->cause);
        continue;
      }
      if (search && names_index(desired_, observed_, *own, found->file)) {
        set(std::move(found->file), true);
        return find_pending();
      }
      if (!newest) newest = std::move(found->file);
      if (!search) break;
    }
    if (search) disown();
    const bool any = newest.has_value();
    set(std::move(newest), false);
    if (any) find_pending();
  }

  /// It reads like our format, but leads elsewhere: not ours to replace without a word.
  void disown() {
    if (const auto* own = std::get_if<OwnCommitment>(&observed_.commitment))
      observed_.commitment = ForeignCommitment{std::string(own->text)};
  }

  /// What was written after the committed index, or beside it, or beside one of those that it follows: two
  /// writers may have given one number to two indexes, and either may have been committed once. Usually
  /// nothing.
  void find_pending() {
    const IndexFile& base = **if_complete(observed_.base_index);
    std::map<ObjectKey, std::vector<IndexEntry>> unfinished;
    for (const ListedObject& object : listed()) {
      if (object.key == base.key || !may_be_pending(object.key, base)) continue;
      Result<LoadedIndex> found = load(object.key);
      if (!found && !is_absent(found.error())) {
        observed_.base_index = Unreadable{found.error()};
        return;
      }
      if (!found || !made_for(observed_.account, found->file)) continue;
      if (found->damage) {  // its commitment may have been final once, and files released for it
        lose(object.key, ": " + found->damage->cause);
        continue;
      }
      for (const IndexEntry& entry : found->file.index.objects) claim(unfinished[entry.key], entry);
      if (found->file.index.prev == base.sha256) observed_.pending_index = std::move(found->file);
    }
    if (unfinished.empty()) return;
    for (const IndexEntry& entry : base.index.objects)
      if (const auto claims = unfinished.find(entry.key); claims != unfinished.end())
        std::erase(claims->second, entry);
    for (auto& [key, claims] : unfinished)
      std::move(claims.begin(), claims.end(), std::back_inserter(observed_.unfinished));
  }

  bool may_be_pending(const ObjectKey& key, const IndexFile& base) const {
    const std::uint64_t seq = *index_seq(kIndexPrefix, key);
    if (seq >= base.index.seq) return true;
    if (seq + kForkWindow < base.index.seq) return false;
    const auto shares = [&](const ListedObject& other) {
      return other.key != key && index_seq(kIndexPrefix, other.key) == seq;
    };
    return index_digest(kIndexPrefix, key) != base.index.prev &&
           std::any_of(listed().begin(), listed().end(), shares);
  }

  /// Two writers may have given one key to different bytes: the bucket says later which of them are there.
  static void claim(std::vector<IndexEntry>& claims, const IndexEntry& entry) {
    const auto same = std::find_if(claims.begin(), claims.end(), [&](const IndexEntry& other) {
      return other.sha256 == entry.sha256 && other.size == entry.size;
    });
    if (same == claims.end())
      claims.push_back(entry);
    else if (entry.time >= same->time)
      *same = entry;
  }

  const Desired& desired_;
  ObjectReader& store_;
  Observed& observed_;
  std::size_t at_once_;
};

}  // namespace

void read_index(const Desired& desired, ObjectReader& store, Observed& observed, std::size_t at_once) {
  IndexReader(desired, store, observed, at_once).run();
}

}  // namespace reconcile
