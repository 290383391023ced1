#pragma once
// btwallet's encrypted key files: "$NACL" || nonce[24] || secretbox (XSalsa20-Poly1305).

#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/base/secret.h"
#include "reconciler/chain/secret_bytes.h"

namespace reconcile::chain {

bool is_nacl_file(std::string_view content);

/// Argon2i 1.3 with btwallet's fixed salt and limits: 512 MiB of memory and some seconds. kInternal when the
/// memory cannot be had.
Result<SecretBytes<32>> nacl_key(const Secret& password);

/// The plain text. kAuth when the key does not open it (a wrong password looks like a damaged file, and is
/// called so).
Result<Secret> open_nacl_file(std::string_view content, const SecretBytes<32>& key);

}  // namespace reconcile::chain
