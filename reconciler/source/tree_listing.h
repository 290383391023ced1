#pragma once
// What `git ls-tree -r -z -l` says: names that others chose.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"

namespace reconcile::source {

struct TreeEntry {
  std::string mode;  ///< "100644", "100755", "120000" (symbolic link), "160000" (submodule)
  std::string object;
  std::uint64_t size = 0;  ///< 0 for a submodule
  std::string path;
  friend bool operator==(const TreeEntry&, const TreeEntry&) = default;
};

/// kInvalidInput: more than 10,000 entries. kCorrupt: it reads like nothing that git says.
Result<std::vector<TreeEntry>> parse_tree(std::string_view listing);

/// Of a tree too large to be listed.
Error too_many_files();

}  // namespace reconcile::source
