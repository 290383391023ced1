#include "reconciler/engine/load_index.h"

#include <algorithm>
#include <iterator>

#include "reconciler/base/at_once.h"
#include "reconciler/base/sha256.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/model/index_signature.h"

namespace reconcile {
namespace {

bool is_certain(const Error& error) {
  return error.fault == Fault::kNotFound || error.fault == Fault::kCorrupt ||
         error.fault == Fault::kInvalidInput;
}

/// One part: its entries, or why there are none.
Result<std::vector<IndexEntry>> load_part(ObjectReader& store, const IndexPart& part) {
  TRY_ASSIGN(const std::string text, store.get(part.key, part.size));
  return parse_index_part(text, part);
}

/// All entries of all parts, `at_once` of them fetched side by side; `damage` when one is certainly not what
/// the root names.
Result<std::vector<IndexEntry>> load_parts(ObjectReader& store, const std::vector<IndexPart>& parts,
                                           std::size_t at_once, std::optional<Error>& damage) {
  std::vector<IndexEntry> out;
  std::size_t count = 0;  // the root's reader has bounded it
  for (const IndexPart& part : parts) count += part.count;
  out.reserve(count);
  for (std::size_t from = 0; from < parts.size(); from += at_once) {
    std::vector<std::optional<Result<std::vector<IndexEntry>>>> some(std::min(at_once, parts.size() - from));
    for_each_at_once(some.size(), at_once,
                     [&](std::size_t at) { some[at] = load_part(store, parts[from + at]); });
    for (std::size_t at = 0; at < some.size(); ++at) {
      Result<std::vector<IndexEntry>>& entries = *some[at];
      if (!entries && !is_certain(entries.error())) return fail(entries.error());
      if (!entries) {
        damage = within("its part " + parts[from + at].key.get(), std::move(entries).error());
        return std::vector<IndexEntry>();
      }
      std::move(entries->begin(), entries->end(), std::back_inserter(out));
      std::vector<IndexEntry>().swap(*entries);
    }
  }
  return out;
}

}  // namespace

Result<LoadedIndex> load_index(ObjectReader& store, const ObjectKey& key, SignatureChecker* checker,
                               const Account& account, std::size_t at_once) {
  Result<std::string> got = store.get(key, kIndexBytesMax);
  if (!got) return fail(std::move(got).error());
  const std::string text = *std::move(got);
  LoadedIndex out;
  out.file.key = key;
  out.file.size = Bytes(text.size());
  out.file.sha256 = sha256_of(std::string_view(text));
  if (const std::optional<Sha256> named = index_digest(kIndexPrefix, key); named && *named != out.file.sha256)
    return fail(Fault::kCorrupt, key.get() + ": its name is the hash of other bytes",
                "remove it, if it is yours; nothing follows it");
  Result<IndexRoot> root = parse_index_root(text);
  if (!root) return fail(within(key.get(), std::move(root).error()));
  if (const auto split = split_signature(text); split && checker)
    out.well_signed = checker->verify(account, signed_message(split->unsigned_text), split->signature);
  out.file.parts = std::move(root->parts);
  TRY_ASSIGN(std::vector<IndexEntry> entries, load_parts(store, out.file.parts, at_once, out.damage));
  Result<Index> whole = join_index(std::move(root->index), std::move(entries));
  if (!whole) return fail(within(key.get(), std::move(whole).error()));
  out.file.index = *std::move(whole);
  return out;
}

bool made_for(const Account& account, const IndexFile& file) {
  return file.index.netuid == account.netuid && file.index.hotkey == account.hotkey;
}

Result<std::vector<ListedObject>> list_indexes(ObjectReader& store, std::uint64_t seq) {
  // Behind the digits; a stray key among the numbers does not end the listing.
  const std::string behind = std::string(kIndexPrefix) + ":";
  std::vector<ListedObject> out;
  const auto take = [&](std::vector<ListedObject>&& page) {
    for (ListedObject& object : page) {
      if (object.key.get() >= behind) return false;
      if (index_seq(kIndexPrefix, object.key)) out.push_back(std::move(object));
    }
    return true;
  };
  TRY(store.list(kIndexPrefix, seq == 0 ? "" : index_stem(kIndexPrefix, seq), take));
  return out;
}

}  // namespace reconcile
