#pragma once
// The hotkey of a manifest: where it lies, whose it is, and how it is opened.

#include <functional>

#include "reconciler/chain/node/substrate_chain.h"
#include "reconciler/cli/wiring.h"

namespace reconcile::cli {

/// `<path>/<name>/hotkeys/<hotkey>`, as btwallet lays it out.
Path key_file_of(const WalletSpec& wallet);

/// The account that commits, found without opening a secret: the manifest's ss58Address, or what stands
/// beside the key.
Result<Account> account_of(const CommitmentSpec& commitment);

/// Who else may read the key file: an error with `strict`, otherwise a warning; empty when all is well, or
/// when there is no such file here (it is needed only to sign).
Result<std::string> key_file_warning(const WalletSpec& wallet);

/// Opens the key when it is called, not before. The password of an encrypted one comes from the manifest's
/// reference, from btwallet's variable (BT_PW_…), or from a person at the terminal; nothing of it is kept.
/// `publication` must outlive it.
chain::OpenKey key_opener(const Publication& publication);

}  // namespace reconcile::cli
