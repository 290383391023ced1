#include "reconciler/engine/proof.h"

#include <fmt/core.h>

#include "reconciler/base/bytes.h"

namespace reconcile {
namespace {

std::map<ObjectKey, Sha256> by_key(const std::vector<IndexEntry>& objects) {
  std::map<ObjectKey, Sha256> out;
  for (const IndexEntry& object : objects) out.emplace(object.key, object.sha256);
  return out;
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

Coverage Coverage::not_configured() {
  Coverage out;
  out.everything_ = true;
  return out;
}

Coverage Coverage::nothing() { return {}; }

Result<Coverage> Coverage::read_back(ChainReader& chain, const Account& account, const Commitment& commitment,
                                     const std::vector<IndexEntry>& objects) {
  TRY_ASSIGN(const ChainView view, chain.observe(account));
  if (!view.commitment || !same_bytes(commitment, *view.commitment))
    return fail(
        Fault::kConflict,
        fmt::format("at finalized block {} the chain holds {}, not what was committed", view.finalized_block,
                    view.commitment ? describe(*view.commitment) : "no commitment"),
        "look for another writer with this hotkey; the next pass observes again");
  Coverage out;
  out.block_ = view.commitment->block;
  out.objects_ = by_key(objects);
  return out;
}

Result<Coverage> Coverage::still(ChainReader& chain, const Account& account, const StoredCommitment& seen,
                                 const std::vector<IndexEntry>& objects) {
  TRY_ASSIGN(const ChainView view, chain.observe(account));
  if (!view.commitment || *view.commitment != seen)
    return fail(Fault::kConflict, "the commitment changed while this pass was at work",
                "look for another writer with this hotkey; the next pass observes again");
  Coverage out;
  out.block_ = seen.block;
  out.objects_ = by_key(objects);
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
