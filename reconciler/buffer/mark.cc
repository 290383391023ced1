#include "reconciler/buffer/mark.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconciler/buffer/folder.h"

namespace reconcile::buffer {

bool is_marked(int root) {
  struct stat status {};
  return ::fstatat(root, kMark, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

Result<void> leave_mark(const Path& folder) {
  TRY_ASSIGN(const Descriptor root, open_folder(folder));
  if (is_marked(root.get())) return {};
  if (::mkdirat(root.get(), kMark, 0755) != 0 && (errno != EEXIST || !is_marked(root.get())))
    return fail(error_from_errno("marking " + folder.string(), errno));
  if (::fsync(root.get()) != 0) return fail(error_from_errno("syncing " + folder.string(), errno));
  return {};
}

}  // namespace reconcile::buffer
