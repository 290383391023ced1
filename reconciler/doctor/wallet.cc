// The hotkey's file, seen from outside: never decrypted, never opened further than its first bytes.
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "reconciler/base/secret.h"
#include "reconciler/chain/keys/key_file.h"
#include "reconciler/chain/keys/key_text.h"
#include "reconciler/chain/keys/nacl_file.h"
#include "reconciler/chain/keys/ss58.h"
#include "reconciler/doctor/checks.h"

namespace reconcile::doctor {
namespace {

/// What kind of key file this is, by its first bytes.
std::string kind_of(std::string_view beginning) {
  if (chain::is_nacl_file(beginning))
    return "encrypted (NaCl): its password is asked for when something is signed";
  return beginning.starts_with('{') ? "a plain JSON key file" : "a bare seed or mnemonic";
}

void look_at_key_file(const Path& file, Findings& findings) {
  constexpr const char* kFile = "wallet/file";
  constexpr std::size_t kBeginning = 16;
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!opened || ::fstat(opened.get(), &info) != 0) {
    const Error error = error_from_errno("the hotkey's file " + file.string(), errno);
    findings.fail(kFile, error.cause,
                  "check wallet path, name and hotkey: nothing can be signed without it on this machine");
    return;
  }
  if (!S_ISREG(info.st_mode))
    return findings.fail(kFile, file.string() + " is no regular file", "name the hotkey's file");
  std::string text(kBeginning, '\0');
  const ssize_t got = ::pread(opened.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  const Secret beginning(std::move(text));
  const std::optional<Error> outdated = chain::outdated_encryption(beginning.expose());
  if (beginning.empty())
    findings.fail(kFile, file.string() + " is empty", "restore it from your backup");
  else if (outdated)
    findings.fail(kFile, within(file.string(), *outdated));
  else
    findings.ok(kFile, file.string() + " is " + kind_of(beginning.expose()));
}

void look_at_key_mode(const Subject& subject, Findings& findings) {
  constexpr const char* kMode = "wallet/mode";
  if (findings.hidden(kMode, {"wallet/file"})) return;
  const std::optional<unsigned> mode = mode_of(subject.key_file);
  if (!mode) return findings.skip(kMode, "the file is gone");
  const std::string evidence = fmt::format("{} has mode {:04o}", subject.key_file.string(), *mode);
  const std::string remedy = "chmod 600 " + subject.key_file.string();
  const bool strict = subject.desired.commitment->wallet.strict;
  if ((*mode & 07) != 0 || (strict && (*mode & 077) != 0))
    return findings.fail(kMode, evidence + ": others on this machine may read the hotkey", remedy);
  if ((*mode & 077) != 0) return findings.warn(kMode, evidence + ": its group may read the hotkey", remedy);
  findings.ok(kMode, evidence);
}

void look_at_key_address(const Subject& subject, Findings& findings) {
  constexpr const char* kAddress = "wallet/address";
  if (!subject.account) return findings.fail(kAddress, subject.account.error());
  const std::string& stated = subject.desired.commitment->wallet.ss58_address;
  const Result<chain::AccountId> beside = chain::public_file_account(subject.key_file);
  if (!beside && beside.error().fault != Fault::kNotFound)
    return findings.warn(kAddress, subject.account->hotkey + " by the manifest; " + beside.error().cause,
                         beside.error().remedy);
  if (!beside)
    return findings.ok(kAddress, stated + " by the manifest; there is no public file beside the key");
  const std::string found = chain::to_ss58(*beside);
  if (!stated.empty() && found != stated)
    return findings.fail(kAddress, "the manifest says " + stated + ", the file beside the key " + found,
                         "correct wallet.ss58Address, or name the other hotkey");
  findings.ok(kAddress, found + " by the file beside the key");
}

}  // namespace

void look_at_wallet(const Subject& subject, Findings& findings) {
  const auto& commitment = subject.desired.commitment;
  const bool keyless = !commitment || strategy_of(subject.desired) == Strategy::kNone ||
                       commitment->network == Network::kLedger;
  if (keyless) {
    for (const char* id : {"wallet/file", "wallet/mode", "wallet/address"})
      findings.skip(id, "nothing is signed here");
    return;
  }
  look_at_key_file(subject.key_file, findings);
  look_at_key_mode(subject, findings);
  look_at_key_address(subject, findings);
}

}  // namespace reconcile::doctor
