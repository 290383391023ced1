#pragma once
// What git knows of a file, asked of git itself.

#include <string>
#include <vector>

#include "reconciler/base/files.h"

namespace reconcile::doctor {

enum class Tracked {
  kTracked,       ///< in the index: its bytes are, or will be, in the history
  kIgnored,       ///< untracked, and git add leaves it out
  kUntracked,     ///< untracked: the next `git add .` takes it
  kNoRepository,  ///< its folder is in no repository
};

/// Runs `git` of this process's PATH twice at most, with fixed arguments, no terminal, no hooks, a language
/// and nothing else of the environment but `environment` (PATH=…, HOME=…: git's own settings), at most 10 s
/// each. kNotFound: there is no git. kTransient: it did not answer in time. kInternal: it answered something
/// else, as when the repository is not this user's.
Result<Tracked> git_status_of(const Path& file, const std::vector<std::string>& environment);

}  // namespace reconcile::doctor
