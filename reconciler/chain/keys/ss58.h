#pragma once
// SS58 addresses: base58 of prefix, public key and checksum.

#include <string>
#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/chain/account.h"

namespace reconcile::chain {

inline constexpr unsigned kSs58Prefix =
    42;  // Subtensor's System.SS58Prefix: Substrate's generic one, addresses in "5"

std::string to_ss58(const AccountId& account);
/// kInvalidInput, saying which: a character or length that no address has, a checksum that does not match (a
/// typing mistake), or another network's prefix.
Result<AccountId> from_ss58(std::string_view address);

}  // namespace reconcile::chain
