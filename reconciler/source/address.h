#pragma once
// Where manifests stand in git, as it is written on the command line.

#include <string>

#include "reconciler/base/result.h"

namespace reconcile::source {

/// git+https://host/repository.git//folder?ref=main
struct Address {
  std::string scheme;  ///< "https", "ssh" or "file"
  std::string url;     ///< for git: without `git+`, folder and ref
  std::string host;    ///< with its port; empty for a folder of this machine
  std::string path;    ///< of a folder or a file inside; empty: the top folder
  std::string ref;     ///< for git: "HEAD", "refs/heads/main"
  std::string shown;   ///< as it was written
};

/// kInvalidInput says what is wrong with it. Nothing that git, ssh or a shell would take for an option or a
/// command passes: letters, digits and `._~/+@:%-` alone, no part that begins with `-`, no `..`. A password
/// in it is refused, and never repeated.
Result<Address> parse_address(const std::string& text);

}  // namespace reconcile::source
