#pragma once
// How this process may ask a git server, and whose signatures count.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/secret.h"

namespace reconcile::source {

struct Access {
  std::vector<std::string> environment;  ///< NAME=value that git may see: PATH, proxies, ssh's agent
  std::optional<Secret> token;           ///< https: sent as a password to the address's own host alone
  std::string user = "x-access-token";   ///< https: GitHub and GitLab accept any name beside a token
  Path ca_file;                          ///< https: who vouches for the server; empty: the system's
  /// Whose signatures count: a file as ssh-keygen's ALLOWED SIGNERS has it, or a GnuPG home folder that holds
  /// the public keys. Empty: none is asked for.
  Path signers;
  std::function<bool()> cancelled;  ///< true ends what git is doing
};

}  // namespace reconcile::source
