#pragma once
// Writes an index: its new parts, its root, and the pointer where the strategy has one. Each is verified
// before what names it is written, and fetched through the public URL, anonymously, as a reader would.
//
// Killed after any of these, nothing is lost and nothing contradicts itself:
//   a part     no root names it; the next pass finds it there with the same bytes and goes on
//   the root   waits uncommitted; the next pass takes it up, or names its entries again
//   the copy   readers follow the new index; the next pass finds that the pointer is current

#include "reconciler/engine/ports.h"
#include "reconciler/engine/proof.h"

namespace reconcile {

struct IndexWrite {
  Index index;                           ///< to be written, unless `there`
  std::optional<IndexFile> there{};      ///< in the bucket already: it is only looked at, and copied
  ObjectKey key{};                       ///< where the root goes
  bool content_addressed = false;        ///< the key is made of the root's digest instead
  std::optional<ObjectKey> copy{};       ///< where the same bytes go too
  bool sign = false;                     ///< kDenied where there is no key to sign with
  std::vector<IndexPart> parts_there{};  ///< read back in this pass: not written again
  std::vector<IndexPart> parts_seen{};   ///< of an index that is committed: readers have been following it
};

struct WrittenIndex {
  VerifiedIndex index;
  std::uint64_t sent_bytes = 0;
};

Result<WrittenIndex> write_index(const IndexWrite& write, const Desired& desired, const Observed& observed,
                                 WritePorts& ports);

/// A few looks, with pauses: a public address may lag behind the bucket. kDenied says what to do about it.
Result<void> seen_by_readers(const std::string& url, Bytes size, const Sha256& sha256, WritePorts& ports);

}  // namespace reconcile
