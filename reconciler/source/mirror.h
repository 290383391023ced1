#pragma once
// A bare copy of the one ref that is followed. There is never a checkout: files are read as git's objects.

#include <string>
#include <vector>

#include "reconciler/model/desired.h"
#include "reconciler/source/git.h"
#include "reconciler/source/tree_listing.h"

namespace reconcile::source {

class Mirror {
 public:
  /// Creates nothing. `folder` is the copy; `borrowed` as Git has it.
  Mirror(Path folder, Path borrowed, const Address& address, const Access& access);

  bool exists() const;
  /// Makes the copy what the ref is now, and returns its commit. kTransient, kAuth, kNotFound.
  Result<std::string> fetch() const;
  /// `newer` is `older` or has it among its ancestors. A commit that is not there is nobody's ancestor.
  Result<bool> descends(const std::string& newer, const std::string& older) const;
  bool has(const std::string& commit) const;
  /// Who signed it, as the list of signers names them. kDenied: nobody on it did.
  Result<std::string> signer_of(const std::string& commit) const;
  /// Files, links and submodules below a path, or the file itself. kInvalidInput: more than 10,000.
  Result<std::vector<TreeEntry>> list(const std::string& commit, const std::string& path) const;
  Result<std::string> read(const TreeEntry& entry) const;
  /// Kept whatever becomes of the ref.
  Result<void> keep(const std::string& commit) const;

 private:
  Path folder_;
  Address address_;
  Path signers_;
  Git git_;
};

}  // namespace reconcile::source
