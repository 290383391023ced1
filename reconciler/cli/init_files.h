#pragma once
// What `init` writes, as values: nothing here touches the world.

#include <map>
#include <string>
#include <vector>

#include "reconciler/cli/new_files.h"
#include "reconciler/cli/options.h"
#include "reconciler/manifest/environment.h"

namespace reconcile::cli {

struct NewPublication {
  Desired desired;
  Path manifest;                       ///< its file
  Path env_file;                       ///< empty: it has no secrets
  bool beside = true;                  ///< the program finds env_file by itself
  std::vector<std::string> variables;  ///< names of the secrets
};

/// What was told as a publication. kInvalidInput names what is missing.
Result<NewPublication> publication_from(const Options& options, const manifest::Environment& environment);

/// The files, in the order in which they are to be made: what keeps secrets out of git comes first, the
/// manifest last. `secrets` are values by variable; those that are not there stay empty. `has_gitignore`: one
/// stands there, and is left alone.
std::vector<NewFile> files_of(const NewPublication& publication, const Options& options,
                              const std::map<std::string, Secret>& secrets, bool has_gitignore, Instant now);

/// A line of `.env` that reads back as the very value. kInvalidInput: control characters, which no line can
/// hold.
Result<Secret> env_line(const std::string& name, const Secret& value);

}  // namespace reconcile::cli
