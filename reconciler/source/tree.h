#pragma once
// Which files of a commit are manifests, and what must not be among them.

#include <map>
#include <string>

#include "reconciler/source/mirror.h"

namespace reconcile::source {

/// The *.yaml, *.yml and *.toml of the folder `path` (or the file of that name) by their names inside of the
/// repository; not of folders below it, and not hidden ones. kInvalidInput where anything below `path` is a
/// symbolic link, a submodule or a `.env`, or where a manifest or all of them together are too large.
Result<std::map<std::string, std::string>> read_manifests(const Mirror& mirror, const std::string& commit,
                                                          const std::string& path);

}  // namespace reconcile::source
