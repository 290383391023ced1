#include "reconciler/chain/keys/nacl_file.h"

#include <string>

#include <sodium.h>

#include "reconciler/base/bytes.h"

namespace reconcile::chain {
namespace {

constexpr std::string_view kMark = "$NACL";

// opentensor/btwallet src/keyfile.rs: PyNaCl's argon2i at its "sensitive" limits, with a salt of its own.
constexpr unsigned char kSalt[crypto_pwhash_argon2i_SALTBYTES] = {
    0x13, 0x71, 0x83, 0xdf, 0xf1, 0x5a, 0x09, 0xbc, 0x9c, 0x90, 0xb5, 0x51, 0x87, 0x39, 0xe9, 0xb1};
constexpr unsigned long long kOperations = 8;
constexpr std::size_t kMemoryBytes = 536870912;

}  // namespace

bool is_nacl_file(std::string_view content) { return content.starts_with(kMark); }

Result<SecretBytes<32>> nacl_key(const Secret& password) {
  start_sodium();
  SecretBytes<32> key;
  const std::string_view text = password.expose();
  if (crypto_pwhash(key.data(), 32, text.data(), text.size(), kSalt, kOperations, kMemoryBytes,
                    crypto_pwhash_ALG_ARGON2I13) != 0) {
    return fail(Fault::kInternal,
                "opening an encrypted key file takes 512 MiB of memory, which could not be had",
                "raise the memory limit for the start, or give the hotkey unencrypted with mode 0600");
  }
  return key;
}

Result<Secret> open_nacl_file(std::string_view content, const SecretBytes<32>& key) {
  const ByteView body = view_of(content).subspan(is_nacl_file(content) ? kMark.size() : 0);
  if (body.size() < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) {
    return fail(Fault::kCorrupt, "the encrypted key file is cut short", "restore it from a backup");
  }
  const ByteView box = body.subspan(crypto_secretbox_NONCEBYTES);
  std::string plain(box.size() - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(plain.data()), box.data(), box.size(),
                                 body.data(), key.data()) != 0) {
    return fail(Fault::kAuth, "the password does not open the key file",
                "give the password it was encrypted with");
  }
  return Secret(std::move(plain));
}

}  // namespace reconcile::chain
