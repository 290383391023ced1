// static-pointer: the chain says where, never which. What counts is the newest index that the hotkey signed;
// the pointer is a copy of it and tells where in the history to look.

#include "reconciler/engine/load_index.h"
#include "reconciler/engine/read_index.h"

namespace reconcile {
namespace {

using MaybeIndex = std::optional<IndexFile>;

bool is_absent(const Error& error) {
  return error.fault == Fault::kCorrupt || error.fault == Fault::kNotFound;
}

class PointedIndexReader {
 public:
  PointedIndexReader(ObjectReader& store, SignatureChecker* checker, Observed& observed, std::size_t at_once)
      : store_(store), checker_(checker), observed_(observed), at_once_(at_once) {}

  void run() {
    if (const Result<void> done = look(); !done) {
      if (!if_complete(observed_.indexes)) observed_.indexes = Unreadable{done.error()};
      observed_.base_index = Unreadable{done.error()};
    }
  }

 private:
  Result<void> look() {
    whose_commitment();
    TRY_ASSIGN(const std::optional<LoadedIndex> pointer, load(ObjectKey(kPointerKey)));
    const bool trusted = pointer && valid(*pointer);
    TRY_ASSIGN(MaybeIndex base, newest(trusted ? pointer->file.index.seq : 0));
    if (!base && trusted && !pointer->damage)
      base = pointer->file;  // the numbered one is gone, its copy lives
    if (!base && trusted) {
      TRY_ASSIGN(base, newest(0));
    }
    if (!base && pointed_) lose(kPointerKey, " leads to no index that this hotkey signed");
    // The first pointer may follow what was kept without signatures. Later, nothing unsigned is believed.
    if (!base && !pointed_) base = std::move(newest_unsigned_);
    compare(pointer, base);
    observed_.base_index_committed = pointed_ && base && !observed_.stale_pointer;
    observed_.base_index = Complete<MaybeIndex>{std::move(base)};
    return {};
  }

  /// An address in our bucket is ours; any other is not, however alike it looks.
  void whose_commitment() {
    const auto* own = std::get_if<OwnCommitment>(&observed_.commitment);
    if (!own) return;
    pointed_ = own->key == ObjectKey(kPointerKey);
    if (!own->key) observed_.commitment = ForeignCommitment{std::string(own->text)};
  }

  /// Nothing: certainly no index.
  Result<std::optional<LoadedIndex>> load(const ObjectKey& key) {
    Result<LoadedIndex> found = load_index(store_, key, checker_, observed_.account, at_once_);
    if (found) return std::optional(*std::move(found));
    if (!is_absent(found.error())) return fail(std::move(found).error());
    if (key == ObjectKey(kPointerKey)) pointer_error_ = found.error().fault;
    return std::optional<LoadedIndex>();
  }

  bool valid(const LoadedIndex& index) const {
    return made_for(observed_.account, index.file) && (!checker_ || index.well_signed);
  }

  /// The newest valid one whose number is at least `seq`.
  Result<MaybeIndex> newest(std::uint64_t seq) {
    TRY_ASSIGN(std::vector<ListedObject> listed, list_indexes(store_, seq));
    observed_.indexes = Complete<std::vector<ListedObject>>{std::move(listed)};
    const std::vector<ListedObject>& objects = *if_complete(observed_.indexes);
    for (auto object = objects.rbegin(); object != objects.rend(); ++object) {
      TRY_ASSIGN(std::optional<LoadedIndex> found, load(object->key));
      if (!found || !made_for(observed_.account, found->file)) continue;
      if (!valid(*found)) {
        if (!found->damage && !newest_unsigned_ && !found->file.index.signature)
          newest_unsigned_ = std::move(found->file);
        continue;
      }
      if (found->damage) {
        lose(object->key.get(), ": " + found->damage->cause);
        continue;
      }
      return MaybeIndex(std::move(found->file));
    }
    return MaybeIndex();
  }

  void lose(const std::string& key, const std::string& why) {
    if (!observed_.lost_index) observed_.lost_index = key + why;
  }

  void compare(const std::optional<LoadedIndex>& pointer, const MaybeIndex& base) {
    if (!base || (pointer && pointer->file.sha256 == base->sha256)) return;
    if (!pointer)
      observed_.stale_pointer =
          pointer_error_ == Fault::kNotFound ? "is not there" : "holds what is no index: changed by others";
    else if (!valid(*pointer))
      observed_.stale_pointer = "holds an index that this hotkey did not sign: changed by others";
    else
      observed_.stale_pointer = "still holds index " + std::to_string(pointer->file.index.seq) +
                                ", the newest is " + std::to_string(base->index.seq);
  }

  ObjectReader& store_;
  SignatureChecker* checker_;
  Observed& observed_;
  std::size_t at_once_;
  bool pointed_ = false;  ///< the finalized commitment is the pointer's address
  std::optional<Fault> pointer_error_;
  MaybeIndex newest_unsigned_;
};

}  // namespace

void read_pointed_index(ObjectReader& store, SignatureChecker* checker, Observed& observed,
                        std::size_t at_once) {
  PointedIndexReader(store, checker, observed, at_once).run();
}

}  // namespace reconcile
