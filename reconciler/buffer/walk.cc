#include "reconciler/buffer/walk.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/names.h"

namespace reconcile::buffer {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using FolderStream = std::unique_ptr<DIR, CloseFolder>;

class Walk {
 public:
  Walk(const std::set<FolderId>& passed_over, const WalkLimits& limits,
       const std::function<void(WalkEntry&&)>& visit)
      : passed_over_(passed_over), limits_(limits), visit_(visit) {}

  /// Takes the descriptor over.
  void folder(int descriptor, const std::string& prefix, int depth) {
    const FolderStream stream(::fdopendir(descriptor));
    if (!stream) {
      trouble(error_from_errno("reading folder " + shown(prefix), errno));
      ::close(descriptor);
      return;
    }
    for (;;) {
      errno = 0;
      const dirent* const entry =
          ::readdir(stream.get());  // NOLINT(concurrency-mt-unsafe): a stream of our own
      if (!entry && errno != 0) trouble(error_from_errno("reading folder " + shown(prefix), errno));
      if (!entry || entries_ > limits_.entries_max) return;
      const std::string base = entry->d_name;
      if (base == "." || base == "..") continue;
      if (++entries_ > limits_.entries_max) {
        trouble({Fault::kInternal, "more than " + print_count(limits_.entries_max) + " entries in the buffer",
                 "publish or move some away"});
        return;
      }
      one(::dirfd(stream.get()), base, prefix + base, depth);
    }
  }

  std::optional<Error> first_trouble() { return std::move(trouble_); }

 private:
  void one(int parent, const std::string& base, std::string path, int depth) {
    WalkEntry entry;
    if (::fstatat(parent, base.c_str(), &entry.status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) trouble(error_from_errno("looking at " + path, errno));
      return;
    }
    entry.path = std::move(path);
    if (S_ISLNK(entry.status.st_mode)) {
      struct stat target {};
      entry.link_to_folder = ::fstatat(parent, base.c_str(), &target, 0) == 0 && S_ISDIR(target.st_mode);
    }
    if (!S_ISDIR(entry.status.st_mode)) return visit_(std::move(entry));
    if (own_folder(base) || passed_over_.count({entry.status.st_dev, entry.status.st_ino}) > 0) return;
    entry.skipped_folder = !unusable_name(base).empty() || depth == limits_.depth_max;
    if (entry.skipped_folder) return visit_(std::move(entry));
    const int below = ::openat(parent, base.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below >= 0) return folder(below, entry.path + "/", depth + 1);
    if (errno != ENOENT) trouble(error_from_errno("opening folder " + entry.path, errno));
  }

  static std::string shown(const std::string& prefix) { return prefix.empty() ? "of the buffer" : prefix; }
  void trouble(Error error) {
    if (!trouble_) trouble_ = std::move(error);
  }

  const std::set<FolderId>& passed_over_;
  const WalkLimits& limits_;
  const std::function<void(WalkEntry&&)>& visit_;
  std::size_t entries_ = 0;
  std::optional<Error> trouble_;
};

}  // namespace

std::optional<Error> walk(int root, const std::set<FolderId>& passed_over, const WalkLimits& limits,
                          const std::function<void(WalkEntry&&)>& visit) {
  Walk out(passed_over, limits, visit);
  const int own = ::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own < 0) return error_from_errno("opening the buffer folder", errno);
  out.folder(own, "", 0);
  return out.first_trouble();
}

}  // namespace reconcile::buffer
