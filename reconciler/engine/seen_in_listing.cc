#include "reconciler/engine/seen_in_listing.h"

#include <algorithm>
#include <map>

namespace reconcile {
namespace {

/// Beside as many pages as the puts fill by themselves.
constexpr std::size_t kStrangersMax = 2000;

std::string common_prefix(const std::string& first, const std::string& last) {
  const auto differs = std::mismatch(first.begin(), first.end(), last.begin(), last.end());
  return {first.begin(), differs.first};
}

}  // namespace

std::vector<std::optional<VerifiedObject>> seen_in_listing(ObjectReader& store,
                                                           const std::vector<ConfirmedPut>& puts) {
  std::vector<std::optional<VerifiedObject>> out(puts.size());
  std::map<ObjectKey, std::size_t> wanted;
  for (std::size_t i = 0; i < puts.size(); ++i) wanted.emplace(puts[i].key, i);
  if (wanted.empty()) return out;
  const std::string& first = wanted.begin()->first.get();
  const ObjectKey& last = wanted.rbegin()->first;
  std::size_t strangers = 0;
  // What is asked for is greater than `after`: a key comes behind each of its own beginnings.
  const Result<void> listed =
      store.list(common_prefix(first, last.get()), first.substr(0, first.size() - 1),
                 [&](std::vector<ListedObject>&& page) {
                   for (const ListedObject& object : page) {
                     const auto at = wanted.find(object.key);
                     if (at == wanted.end()) {
                       ++strangers;
                       continue;
                     }
                     const ConfirmedPut& put = puts[at->second];
                     out[at->second] = VerifiedObject::listed(object, put.receipt, put.size, put.sha256);
                   }
                   return strangers <= kStrangersMax && page.back().key < last;
                 });
  (void)listed;  // what it did not show is asked for one by one, and that tells why
  return out;
}

}  // namespace reconcile
