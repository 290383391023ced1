#include "reconciler/cli/wallet.h"

#include <sys/stat.h>

#include <fmt/core.h>

#include "reconciler/chain/keys/key_file.h"
#include "reconciler/chain/keys/password_variable.h"
#include "reconciler/chain/keys/ss58.h"
#include "reconciler/cli/password_prompt.h"

namespace reconcile::cli {
namespace {

constexpr const char* kRemedy =
    "check wallet path, name and hotkey, or write the address as wallet.ss58Address: the key itself is "
    "opened "
    "only to sign";

/// The manifest's reference, else btwallet's own variable; nullopt when nobody said one.
Result<std::optional<Secret>> stated_password(const WalletSpec& wallet,
                                              const manifest::Environment& environment) {
  if (wallet.password.source != SecretRef::Source::kNone) {
    TRY_ASSIGN(Secret stated, manifest::resolve(wallet.password, environment));
    return std::optional(std::move(stated));
  }
  const std::string name = chain::password_variable(key_file_of(wallet).string());
  const Secret* disguised = environment.find(name);
  if (!disguised) return std::optional<Secret>();
  TRY_ASSIGN(Secret password, chain::password_from_variable(name, disguised->expose()));
  return std::optional(std::move(password));
}

}  // namespace

Path key_file_of(const WalletSpec& wallet) { return wallet.path / wallet.name / "hotkeys" / wallet.hotkey; }

Result<Account> account_of(const CommitmentSpec& commitment) {
  const WalletSpec& wallet = commitment.wallet;
  if (!wallet.ss58_address.empty()) {
    if (commitment.network != Network::kLedger) TRY(chain::from_ss58(wallet.ss58_address));
    return Account{commitment.netuid, wallet.ss58_address};
  }
  // The ledger knows no keys: the wallet's names tell accounts apart.
  if (commitment.network == Network::kLedger)
    return Account{commitment.netuid, wallet.name + "/" + wallet.hotkey};
  const Result<chain::AccountId> id = chain::public_file_account(key_file_of(wallet));
  if (!id) return fail(id.error().fault, "the hotkey's address is not known: " + id.error().cause, kRemedy);
  return Account{commitment.netuid, chain::to_ss58(*id)};
}

Result<std::string> key_file_warning(const WalletSpec& wallet) {
  const Path path = key_file_of(wallet);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || (info.st_mode & 077) == 0) return std::string();
  const std::string text = fmt::format("{} has mode {:04o}: others on this machine may read the hotkey",
                                       path.string(), info.st_mode & 07777);
  const std::string remedy = "chmod 600 " + path.string();
  if (wallet.strict) return fail(Fault::kDenied, text, remedy);
  return text + "; " + remedy;
}

chain::OpenKey key_opener(const Publication& publication) {
  return [&publication]() -> Result<chain::Keypair> {
    const WalletSpec& wallet = publication.desired.commitment->wallet;
    const Path path = key_file_of(wallet);
    TRY(key_file_warning(wallet));
    chain::KeyFileOptions options;
    TRY_ASSIGN(options.password, stated_password(wallet, *publication.environment));
    TRY_ASSIGN(const Account account, account_of(*publication.desired.commitment));
    TRY_ASSIGN(options.expected, chain::from_ss58(account.hotkey));
    Result<chain::KeyFile> file = chain::load_key_file(path, options);
    if (!file && file.error().fault == Fault::kAuth && !options.password && can_prompt()) {
      TRY_ASSIGN(options.password, prompt_password("Password of the hotkey " + path.string() + ": "));
      file = chain::load_key_file(path, options);
    }
    if (!file) return fail(std::move(file).error());
    return std::move(file->key);
  };
}

}  // namespace reconcile::cli
