#include "reconciler/chain/keys/key_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/keys/json_fields.h"
#include "reconciler/chain/keys/mnemonic.h"
#include "reconciler/chain/keys/ss58.h"

namespace reconcile::chain {
namespace {

// Old wallets wrote " ss58Address", with a blank in front.
constexpr std::array<std::string_view, 9> kNames = {"accountId",    "publicKey",  "privateKey",
                                                    "secretPhrase", "secretSeed", "ss58Address",
                                                    " ss58Address", "cryptoType", "encoded"};
constexpr std::array<std::string_view, 4> kPublicNames = {"accountId", "publicKey", "ss58Address",
                                                          " ss58Address"};

using Fields = std::vector<JsonField>;

// A field with a value; null and "" count as none.
const Secret* value_of(const Fields& fields, std::string_view name) {
  for (const JsonField& field : fields) {
    const bool has_text = field.kind == JsonField::Kind::kText || field.kind == JsonField::Kind::kNumber;
    if (field.name == name && has_text && !field.text.empty()) return &field.text;
  }
  return nullptr;
}

template <std::size_t N>
Result<SecretBytes<N>> hex_bytes(std::string_view text, const std::string& what) {
  auto bytes = from_hex(text);
  if (!bytes || bytes->size() != N) {
    if (bytes) wipe(*bytes);
    return fail(Fault::kCorrupt, what + " is not " + std::to_string(2 * N) + " hex digits",
                "restore the key file from a backup, or create it anew from its mnemonic");
  }
  SecretBytes<N> out;
  std::copy(bytes->begin(), bytes->end(), out.data());
  wipe(*bytes);
  return out;
}

Result<AccountId> public_key(std::string_view text, const std::string& what) {
  TRY_ASSIGN(const SecretBytes<32> bytes, hex_bytes<32>(text, what));
  std::array<std::uint8_t, 32> out{};
  std::copy_n(bytes.data(), 32, out.begin());
  return AccountId(out);
}

Result<CryptoType> crypto_type_of(const Fields& fields) {
  const Secret* stated = value_of(fields, "cryptoType");
  if (!stated || stated->expose() == "1")
    return CryptoType::kSr25519;  // files older than the field are all sr25519
  if (stated->expose() == "0") return CryptoType::kEd25519;
  return fail(Fault::kUnsupported,
              "the key file's cryptoType is " + std::string(stated->expose().substr(0, 16)) +
                  "; this program signs with sr25519 (1) and ed25519 (0)",
              "create an sr25519 hotkey (btcli wallet new-hotkey) and register it");
}

Result<Keypair> key_of(const Fields& fields, CryptoType type) {
  if (const Secret* phrase = value_of(fields, "secretPhrase")) {
    TRY_ASSIGN(const MiniSecret mini, mini_secret_of_mnemonic(*phrase));
    return Keypair::from_mini_secret(type, mini);
  }
  if (const Secret* seed = value_of(fields, "secretSeed")) {
    TRY_ASSIGN(const MiniSecret mini, hex_bytes<32>(seed->expose(), "secretSeed"));
    return Keypair::from_mini_secret(type, mini);
  }
  if (const Secret* secret = value_of(fields, "privateKey")) {
    TRY_ASSIGN(const SecretBytes<64> bytes, hex_bytes<64>(secret->expose(), "privateKey"));
    return Keypair::from_secret_key(type, bytes.view());
  }
  return fail(Fault::kNotFound, "the key file holds a public key only",
              "name the hotkey's own file (hotkeys/NAME, not NAMEpub.txt)");
}

// Whatever the file states as its account: none, one or several that must agree.
Result<std::optional<AccountId>> stated_account(const Fields& fields) {
  std::optional<AccountId> out;
  for (std::string_view name : kPublicNames) {
    const Secret* text = value_of(fields, name);
    if (!text) continue;
    const bool is_address = name.find("ss58") != std::string_view::npos;
    TRY_ASSIGN(const AccountId one,
               is_address ? from_ss58(text->expose()) : public_key(text->expose(), std::string(name)));
    if (out && *out != one) {
      return fail(Fault::kCorrupt,
                  "the key file states two accounts, " + to_ss58(*out) + " and " + to_ss58(one),
                  "restore it from a backup, or create it anew from its mnemonic");
    }
    out = one;
  }
  return out;
}

Result<Keypair> read_json_key(std::string_view text) {
  TRY_ASSIGN(const Fields fields, read_json_fields(text, kNames));
  if (value_of(fields, "encoded")) {
    return fail(Fault::kUnsupported,
                "the key file is an export of polkadot-js, which this program does not decrypt",
                "create a wallet file from the same mnemonic: btcli wallet regen-hotkey");
  }
  TRY_ASSIGN(const CryptoType type, crypto_type_of(fields));
  TRY_ASSIGN(const std::optional<AccountId> stated, stated_account(fields));
  TRY_ASSIGN(Keypair key, key_of(fields, type));
  if (stated && *stated != key.account()) {
    return fail(
        Fault::kCorrupt,
        "the key file states " + to_ss58(*stated) + ", but its secret gives " + to_ss58(key.account()),
        "restore it from a backup, or create it anew from its mnemonic");
  }
  return key;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = std::min(text.find_first_not_of(kBlank), text.size());
  return text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
}

}  // namespace

std::optional<Error> outdated_encryption(std::string_view text) {
  constexpr const char* kUpgrade =
      "let btwallet rewrite it (btcli wallet update), or create it anew from its mnemonic: btcli wallet "
      "regen-hotkey";
  if (text.starts_with("$ANSIBLE_VAULT")) {
    return Error{Fault::kUnsupported, "the key file is encrypted with Ansible Vault, an outdated format",
                 kUpgrade};
  }
  if (text.starts_with("gAAAAA")) {
    return Error{Fault::kUnsupported, "the key file is encrypted with Fernet, an outdated format", kUpgrade};
  }
  return std::nullopt;
}

Result<Keypair> read_key_text(std::string_view text) {
  text = trimmed(text);
  if (auto outdated = outdated_encryption(text)) return fail(*std::move(outdated));
  if (text.starts_with('{')) return read_json_key(text);
  const bool is_hex =
      text.starts_with("0x") || (text.size() == 64 && text.find(' ') == std::string_view::npos);
  if (is_hex) {
    TRY_ASSIGN(const MiniSecret mini, hex_bytes<32>(text, "the key file's bare seed"));
    return Keypair::from_mini_secret(CryptoType::kSr25519, mini);
  }
  if (text.find(' ') != std::string_view::npos) {
    TRY_ASSIGN(const MiniSecret mini, mini_secret_of_mnemonic(Secret(std::string(text))));
    return Keypair::from_mini_secret(CryptoType::kSr25519, mini);
  }
  return fail(Fault::kInvalidInput,
              text.empty() ? "the key file is empty" : "the file is not a wallet's key file",
              "name the hotkey's own file, ~/.bittensor/wallets/NAME/hotkeys/HOTKEY");
}

Result<AccountId> read_key_address(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with('{')) {
    auto bare = from_ss58(text);
    if (bare) return bare;
    return fail(Fault::kNotFound, "the file does not state its address",
                "create the public file beside it (NAMEpub.txt), or give the address");
  }
  TRY_ASSIGN(const Fields fields, read_json_fields(text, kPublicNames));
  TRY_ASSIGN(const std::optional<AccountId> stated, stated_account(fields));
  if (!stated) {
    return fail(Fault::kNotFound, "the key file does not state its address",
                "give the address, or open the key");
  }
  return *stated;
}

}  // namespace reconcile::chain
