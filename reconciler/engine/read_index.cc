#include "reconciler/engine/read_index.h"

#include <map>

#include "reconciler/base/sha256.h"
#include "reconciler/model/format.h"

namespace reconcile {
namespace {

using MaybeIndex = std::optional<IndexFile>;

Result<IndexFile> load(ObjectReader& store, const ObjectKey& key) {
  TRY_ASSIGN(const std::string text, store.get(key, kIndexBytesMax));
  Result<Index> index = parse_index(text);
  if (!index) return fail(within(key.get(), std::move(index).error()));
  return IndexFile{*std::move(index), key, Bytes(text.size()), sha256_of(std::string_view(text))};
}

bool ours(const IndexFile& file, const Account& account) {
  return file.index.netuid == account.netuid && file.index.hotkey == account.hotkey;
}

/// Does the commitment's digest (whole, or the part that its format keeps) belong to this file?
bool named_by(const Desired& desired, const OwnCommitment& own, const IndexFile& file) {
  if (own.sha256) return *own.sha256 == file.sha256;
  const Result<Format> format = Format::compile(desired.commitment->format);
  if (!format) return false;
  const Result<ParsedCommitment> parsed = format->parse(own.text);
  if (!parsed) return false;
  if (parsed->digest) return parsed->digest->matches(file.sha256);
  return own.key == file.key;  // nothing but the address tells: it must be this very one
}

class IndexReader {
 public:
  IndexReader(const Desired& desired, ObjectReader& store, Observed& observed)
      : desired_(desired), store_(store), observed_(observed) {}

  void run() {
    if (const auto* own = std::get_if<OwnCommitment>(&observed_.commitment); own && own->key) {
      if (committed(*own)) return;
    }
    from_the_bucket();
  }

 private:
  void set(MaybeIndex base, bool is_committed) {
    observed_.base_index = Complete<MaybeIndex>{std::move(base)};
    observed_.base_index_committed = is_committed;
  }

  /// True when the question is settled: the committed index was read, or cannot be read right now.
  bool committed(const OwnCommitment& own) {
    Result<IndexFile> file = load(store_, *own.key);
    if (file && named_by(desired_, own, *file) && ours(*file, observed_.account)) {
      set(*std::move(file), true);
      find_pending();
      return true;
    }
    if (file || file.error().fault == Fault::kCorrupt || file.error().fault == Fault::kNotFound) {
      observed_.lost_index = own.key->get() + (file ? " was replaced by another" : ": " + file.error().cause);
      return false;  // certain: look for the next best
    }
    observed_.base_index = Unreadable{file.error()};
    return true;
  }

  /// The newest index of ours that parses. The listing may start after the committed one, so it is made
  /// again.
  void from_the_bucket() {
    std::vector<ListedObject> all;
    const Result<void> listed = store_.list(kIndexPrefix, "", [&](std::vector<ListedObject>&& page) {
      std::move(page.begin(), page.end(), std::back_inserter(all));
      return true;
    });
    if (!listed) {
      observed_.base_index = Unreadable{listed.error()};
      return;
    }
    observed_.indexes = Complete<std::vector<ListedObject>>{all};
    for (auto object = all.rbegin(); object != all.rend(); ++object) {
      if (!index_seq(kIndexPrefix, object->key)) continue;
      Result<IndexFile> file = load(store_, object->key);
      if (!file && file.error().fault != Fault::kCorrupt && file.error().fault != Fault::kNotFound) {
        observed_.base_index = Unreadable{file.error()};
        return;
      }
      if (!file || !ours(*file, observed_.account)) continue;
      return found(*std::move(file));
    }
    disown();
    set(std::nullopt, false);
  }

  void found(IndexFile file) {
    const auto* own = std::get_if<OwnCommitment>(&observed_.commitment);
    const bool is_committed = own && named_by(desired_, *own, file);  // under another public URL than today's
    if (own && !is_committed && !own->key) disown();
    set(std::move(file), is_committed);
  }

  /// It reads like our format, but leads elsewhere: not ours to replace without a word.
  void disown() {
    if (const auto* own = std::get_if<OwnCommitment>(&observed_.commitment); own && !own->key)
      observed_.commitment = ForeignCommitment{own->text};
  }

  /// What was written after the committed index. Usually nothing: one empty page.
  void find_pending() {
    const auto* listed = if_complete(observed_.indexes);
    if (!listed) {
      // Newer indexes may name what was released already: without them the next index could lose it.
      observed_.base_index = Unreadable{*why_not(observed_.indexes)};
      return;
    }
    const IndexFile base = **if_complete(observed_.base_index);
    std::map<ObjectKey, IndexEntry> unfinished;
    for (const ListedObject& object : *listed) {
      if (!index_seq(kIndexPrefix, object.key) || object.key <= base.key) continue;
      Result<IndexFile> file = load(store_, object.key);
      if (!file && file.error().fault != Fault::kCorrupt && file.error().fault != Fault::kNotFound) {
        observed_.base_index = Unreadable{file.error()};
        return;
      }
      if (!file || !ours(*file, observed_.account)) continue;
      for (const IndexEntry& entry : file->index.objects) unfinished.insert_or_assign(entry.key, entry);
      if (file->index.prev == base.sha256) observed_.pending_index = *std::move(file);
    }
    for (const IndexEntry& entry : base.index.objects)
      if (const auto same = unfinished.find(entry.key); same != unfinished.end() && same->second == entry)
        unfinished.erase(same);
    for (auto& [key, entry] : unfinished) observed_.unfinished.push_back(std::move(entry));
  }

  const Desired& desired_;
  ObjectReader& store_;
  Observed& observed_;
};

}  // namespace

void read_index(const Desired& desired, ObjectReader& store, Observed& observed) {
  IndexReader(desired, store, observed).run();
}

}  // namespace reconcile
