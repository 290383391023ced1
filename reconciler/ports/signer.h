#pragma once
// Signing and checking, for what is not an extrinsic.

#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/model/commitment.h"
#include "reconciler/model/index.h"

namespace reconcile {

/// Needs no key: a dry run may hold one.
class SignatureChecker {
 public:
  virtual ~SignatureChecker() = default;
  /// Did the account's hotkey sign exactly these bytes? An unknown type, a malformed signature and an address
  /// that is none are "no". Pure; may be called from any thread.
  virtual bool verify(const Account& account, std::string_view message, const IndexSignature& signature) = 0;
};

/// Opens the key inside `sign` and nowhere else. What it is given to sign is wrapped so that it can never be
/// an extrinsic's payload (signed_message), and it must refuse what is not.
class Signer {
 public:
  virtual ~Signer() = default;
  /// Signatures may be randomised: the same message twice gives two, each valid. kDenied: no key, a wrong
  /// password, a message that is not wrapped.
  virtual Result<IndexSignature> sign(std::string_view message) = 0;
};

}  // namespace reconcile
