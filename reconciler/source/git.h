#pragma once
// The program git, asked about one bare repository that is ours alone.

#include <chrono>
#include <string>
#include <vector>

#include "reconciler/base/child.h"
#include "reconciler/source/access.h"
#include "reconciler/source/address.h"

namespace reconcile::source {

/// A repository of manifests is small; one whose history takes more than this is refused.
inline constexpr Bytes kHistoryBytesMax{256ull << 20};

class Git {
 public:
  /// `repository` need not be there yet. `borrowed`: a repository whose objects count as well, only read;
  /// empty: none.
  Git(Path repository, Path borrowed, const Address& address, const Access& access);

  /// One command, its arguments as given. Git sees no settings but ours, starts no hook, asks nobody, speaks
  /// no protocol but the address's, and follows no redirect. Errors as run_child has them; a code other than
  /// 0 is none.
  Result<ChildEnd> run(const std::vector<std::string>& arguments, Bytes out_max = Bytes(4096),
                       std::chrono::seconds time_max = std::chrono::seconds(20)) const;

 private:
  Path repository_;
  std::vector<std::string> environment_;
  std::function<bool()> cancelled_;
};

/// The first line of git's that says what is wrong, without what moves a terminal's cursor.
std::string complaint_of(const ChildEnd& end);

}  // namespace reconcile::source
