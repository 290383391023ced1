#pragma once
// A wallet's key file on disk: read, decrypted where it must be, and checked to be the key that is meant.

#include <optional>
#include <string>

#include "reconciler/base/files.h"
#include "reconciler/base/result.h"
#include "reconciler/base/secret.h"
#include "reconciler/chain/keys/keypair.h"

namespace reconcile::chain {

struct KeyFileOptions {
  std::optional<Secret> password;     ///< for an encrypted file; unused otherwise
  std::optional<AccountId> expected;  ///< the account that must come out
};

struct KeyFile {
  Keypair key;
  bool was_encrypted = false;
  unsigned mode = 0;      ///< permission bits
  bool is_loose = false;  ///< looser than 0600: worth a warning
};

/// At most 64 KiB. Errors carry the path; besides those of read_key_text: kAuth, the password is missing or
/// wrong; kInvalidInput, the key is another one than expected. Opening an encrypted file takes 512 MiB and
/// some seconds.
Result<KeyFile> load_key_file(const Path& path, const KeyFileOptions& options = {});

/// The same on a file's content; for what reads no disk.
Result<Keypair> open_key(std::string_view content, const KeyFileOptions& options,
                         bool* was_encrypted = nullptr);

/// The account of a key file from `<path>pub.txt`, which btwallet has written beside it since 3.1.0. The key
/// file itself is not opened, whatever comes of it. kNotFound when there is no such file.
Result<AccountId> public_file_account(const Path& path);

}  // namespace reconcile::chain
