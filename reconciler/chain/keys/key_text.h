#pragma once
// The text of a wallet's key file, decrypted: every spelling that btwallet has written.

#include <optional>
#include <string>
#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/chain/keys/keypair.h"

namespace reconcile::chain {

/// JSON (secretPhrase, else secretSeed, else privateKey), a bare hex seed or a bare mnemonic. What the file
/// states about itself (ss58Address, publicKey, accountId) must be what its secret gives. kUnsupported:
/// another program's or an outdated format, named, with what to do. kNotFound: only a public key in it.
/// kCorrupt: cut short, or contradicting itself. No cause holds a secret.
Result<Keypair> read_key_text(std::string_view text);

/// The address in a public file (`coldkeypub.txt`, `<hotkey>pub.txt`) or a plain JSON key file, leaving the
/// secrets in it uncopied; or a bare address. kNotFound: there is none, as in an encrypted file.
Result<AccountId> read_key_address(std::string_view text);

/// The error for files that are recognised and not read (Ansible Vault, Fernet); nullopt for the rest.
std::optional<Error> outdated_encryption(std::string_view text);

}  // namespace reconcile::chain
