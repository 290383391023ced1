#include "reconciler/chain/keys/key_file.h"

#include "reconciler/chain/keys/key_text.h"
#include "reconciler/chain/keys/nacl_file.h"
#include "reconciler/chain/keys/secret_file.h"
#include "reconciler/chain/keys/ss58.h"

namespace reconcile::chain {
namespace {

constexpr std::size_t kKeyFileBytesMax = 64u << 10;  // genuine ones are below 2 KiB

Result<Keypair> check_expected(Keypair key, const std::optional<AccountId>& expected) {
  if (!expected || *expected == key.account()) return key;
  return fail(
      Fault::kInvalidInput,
      "it is the key of " + to_ss58(key.account()) + ", expected was " + to_ss58(*expected),
      "name the hotkey's file: this may be the coldkey's, which is never needed here, or another hotkey's");
}

template <class T>
Result<T> at(const Path& path, Result<T> result) {
  if (!result) result.error() = within(path.string(), std::move(result.error()));
  return result;
}

}  // namespace

Result<Keypair> open_key(std::string_view content, const KeyFileOptions& options, bool* was_encrypted) {
  if (was_encrypted) *was_encrypted = is_nacl_file(content);
  if (!is_nacl_file(content)) {
    TRY_ASSIGN(Keypair key, read_key_text(content));
    return check_expected(std::move(key), options.expected);
  }
  if (!options.password) {
    return fail(Fault::kAuth, "the key file is encrypted and no password was given", "give its password");
  }
  TRY_ASSIGN(const SecretBytes<32> secretbox_key, nacl_key(*options.password));
  TRY_ASSIGN(const Secret plain, open_nacl_file(content, secretbox_key));
  TRY_ASSIGN(Keypair key, read_key_text(plain.expose()));
  return check_expected(std::move(key), options.expected);
}

Result<KeyFile> load_key_file(const Path& path, const KeyFileOptions& options) {
  TRY_ASSIGN(const SecretFile file, read_secret_file(path, kKeyFileBytesMax));
  bool was_encrypted = false;
  TRY_ASSIGN(Keypair key, at(path, open_key(file.content.expose(), options, &was_encrypted)));
  return KeyFile{std::move(key), was_encrypted, file.mode, file.is_loose()};
}

Result<AccountId> public_file_account(const Path& path) {
  Path public_path = path;
  public_path += "pub.txt";
  TRY_ASSIGN(const SecretFile file, read_secret_file(public_path, kKeyFileBytesMax));
  return at(public_path, read_key_address(file.content.expose()));
}

}  // namespace reconcile::chain
