#pragma once
// From the bytes on chain to the address that they point at, and to what tells the right bytes from others.

#include <optional>
#include <string>

#include "reconciler/model/desired.h"
#include "reconciler/model/format.h"
#include "reconciler/verify/judgement.h"

namespace reconcile::verify {

/// Fewer bits of a digest can be matched by accident or on purpose.
inline constexpr unsigned kDigestBitsTrusted = 64;

struct Pointer {
  std::string url;
  std::optional<Sha256> sha256;      ///< of what `url` names, whole
  std::optional<DigestPart> digest;  ///< what there is of it, otherwise
  bool must_be_index = false;        ///< the form says so; otherwise the bytes tell
  std::string form;                  ///< for people: "index pointer", "url and hash", …

  /// How much of the digest is known: 0 to 256.
  unsigned bits() const { return sha256 ? 256 : digest ? digest->bits : 0; }
  bool matches(const Sha256& of) const;
};

/// How a publisher is expected to commit. Neither: the forms that are known here are tried, `rc1|…|url`, a
/// URL with the chain's own Sha256 field, `url|hash` with a whole or truncated hash, and a bare URL.
struct Expected {
  std::string format;                ///< a template; empty: any known form
  std::optional<Strategy> strategy;  ///< of a manifest, which then vouches for the format
  std::string public_base;           ///< where a format gives a key alone: what stands before it
};

/// The publisher's fault only where a manifest says what should stand there; otherwise a form that is not
/// known here is this reader's lack.
Judged<Pointer> pointer_of(const StoredCommitment& stored, const Expected& expected);

}  // namespace reconcile::verify
