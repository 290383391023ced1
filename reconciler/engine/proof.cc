#include "reconciler/engine/proof.h"

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"

namespace reconcile {
namespace {

std::map<ObjectKey, Sha256> by_key(const std::vector<IndexEntry>& objects) {
  std::map<ObjectKey, Sha256> out;
  for (const IndexEntry& object : objects) out.emplace(object.key, object.sha256);
  return out;
}

/// One that was put back by hand lacks our metadata: then its bytes are compared.
Result<void> is_there(ObjectReader& store, const ObjectKey& key, Bytes size, const Sha256& sha256) {
  const Result<VerifiedObject> seen = VerifiedObject::check(store, key, size, sha256);
  if (seen) return {};
  if (seen.error().fault != Fault::kConflict) return fail(seen.error());
  const Result<std::string> text = store.get(key, size);
  if (text && sha256_of(std::string_view(*text)) == sha256) return {};
  return fail(seen.error());
}

}  // namespace

Result<VerifiedObject> VerifiedObject::check(ObjectReader& store, const ObjectKey& key, Bytes size,
                                             const Sha256& sha256) {
  TRY_ASSIGN(const std::optional<ObjectHead> head, store.head(key));
  if (!head)
    return fail(Fault::kNotFound, key.get() + " is not in the bucket after it was put",
                "the next pass puts it again");
  const std::optional<Sha256> stored = reconcile::sha256_of(*head);
  if (head->size != size || stored != sha256)
    return fail(
        Fault::kConflict,
        fmt::format("{} holds {} bytes with sha256 {}, not {} bytes with {}", key.get(), head->size.get(),
                    stored ? to_hex(*stored) : "unknown", size.get(), to_hex(sha256)),
        "someone else writes this key: give each publication a prefix of its own");
  return VerifiedObject(key, size, sha256);
}

std::optional<VerifiedObject> VerifiedObject::listed(const ListedObject& seen, const PutReceipt& put,
                                                     Bytes size, const Sha256& sha256) {
  if (put.etag.empty() || seen.etag != put.etag || seen.size != size) return std::nullopt;
  return VerifiedObject(seen.key, size, sha256);
}

Result<VerifiedIndex> VerifiedIndex::check(ObjectReader& store, IndexFile file) {
  TRY(is_there(store, file.key, file.size, file.sha256));
  for (const IndexPart& part : file.parts) TRY(is_there(store, part.key, part.size, part.sha256));
  return VerifiedIndex(std::move(file));
}

Covered Covered::objects(const std::vector<IndexEntry>& objects) {
  Covered out;
  out.objects_ = by_key(objects);
  return out;
}

Covered Covered::entries(const VerifiedIndex& index) { return objects(index.file().index.objects); }

Result<Covered> Covered::entries_behind(PublicReader& readers, const std::string& url,
                                        const VerifiedIndex& index) {
  TRY(readers_see(readers, url, index.file().size, index.file().sha256));
  return entries(index);
}

Result<void> readers_see(PublicReader& readers, const std::string& url, Bytes size, const Sha256& sha256) {
  const Result<std::string> body = readers.fetch(url, Bytes(size.get() + 1));
  // Longer than asked for is other bytes too.
  if (!body && body.error().fault != Fault::kInvalidInput)
    return fail(within("readers cannot fetch " + url, body.error()));
  if (body && sha256_of(std::string_view(*body)) == sha256) return {};
  return fail(
      Fault::kConflict, fmt::format("{} returns other bytes than were put", url),
      "check that publicUrl leads to this bucket, and that no cache in front of it serves old bodies");
}

Coverage Coverage::not_configured() {
  Coverage out;
  out.everything_ = true;
  return out;
}

Coverage Coverage::nothing() { return {}; }

Result<Coverage> Coverage::read_back(ChainReader& chain, const Account& account, const Commitment& commitment,
                                     const Covered& covered) {
  TRY_ASSIGN(const ChainView view, chain.observe(account));
  if (!view.commitment || !same_bytes(commitment, *view.commitment))
    return fail(
        Fault::kConflict,
        fmt::format("at finalized block {} the chain holds {}, not what was committed", view.finalized_block,
                    view.commitment ? describe(*view.commitment) : "no commitment"),
        "look for another writer with this hotkey; the next pass observes again");
  Coverage out;
  out.block_ = view.commitment->block;
  out.objects_ = covered.objects_;
  return out;
}

Result<Coverage> Coverage::still(ChainReader& chain, const Account& account, const StoredCommitment& seen,
                                 const Covered& covered) {
  TRY_ASSIGN(const ChainView view, chain.observe(account));
  if (!view.commitment || *view.commitment != seen)
    return fail(Fault::kConflict, "the commitment changed while this pass was at work",
                "look for another writer with this hotkey; the next pass observes again");
  Coverage out;
  out.block_ = seen.block;
  out.objects_ = covered.objects_;
  return out;
}

bool Coverage::covers(const VerifiedObject& object) const {
  if (everything_) return true;
  const auto found = objects_.find(object.key());
  return found != objects_.end() && found->second == object.sha256();
}

Result<void> release(Buffer& buffer, const BufferFile& file, AfterPublish how, const VerifiedObject& object,
                     const Coverage& coverage) {
  if (!coverage.covers(object))
    return fail(Fault::kConflict, file.name + " is not covered by the finalized commitment",
                "it stays in the buffer; the next pass looks again");
  return buffer.release(file, how);
}

}  // namespace reconcile
