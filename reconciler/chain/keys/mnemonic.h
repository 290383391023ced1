#pragma once
// BIP39 phrases as Substrate reads them.

#include "reconciler/base/result.h"
#include "reconciler/base/secret.h"
#include "reconciler/chain/sr25519/sr25519.h"

namespace reconcile::chain {

/// The mini secret of an English phrase of 12, 15, 18, 21 or 24 words: PBKDF2-HMAC-SHA512 over the phrase's
/// ENTROPY (substrate-bip39; plain BIP39 takes the words), salt "mnemonic" + password, 2,048 rounds, the
/// first 32 bytes. kInvalidInput names the word's place, never the word.
Result<MiniSecret> mini_secret_of_mnemonic(const Secret& phrase, const Secret& password = Secret());

}  // namespace reconcile::chain
