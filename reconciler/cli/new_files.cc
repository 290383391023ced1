#include "reconciler/cli/new_files.h"

#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace reconcile::cli {
namespace {

Result<void> write_whole(int fd, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(error_from_errno("writing " + name, errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return fail(error_from_errno("writing " + name, errno));
  return {};
}

Error there_already(const Path& path) {
  return {Fault::kConflict, path.string() + " is there already", "nothing was written; move it away first"};
}

}  // namespace

std::vector<Path> taken_of(const std::vector<Path>& paths) {
  std::vector<Path> out;
  for (const Path& path : paths) {
    struct stat info {};
    // What cannot be looked at is found out when the file is made.
    if (::lstat(path.c_str(), &info) == 0) out.push_back(path);
  }
  return out;
}

NewFiles::~NewFiles() {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) ::unlink(file->c_str());
  // A folder that somebody else used meanwhile is not empty, and stays.
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) ::rmdir(folder->c_str());
}

Result<void> NewFiles::folder(const Path& path) {
  if (path.empty()) return {};
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    return fail(Fault::kConflict, path.string() + " is no folder", "nothing was written; move it away first");
  }
  if (path.has_parent_path() && path.parent_path() != path) TRY(folder(path.parent_path()));
  if (::mkdir(path.c_str(), 0777) != 0) return fail(error_from_errno("making " + path.string(), errno));
  folders_.push_back(path);
  return {};
}

Result<void> NewFiles::file(const NewFile& file) {
  const Descriptor fd(
      ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode));
  if (!fd) {
    if (errno == EEXIST || errno == ELOOP) return fail(there_already(file.path));
    return fail(error_from_errno("making " + file.path.string(), errno));
  }
  files_.push_back(file.path);
  return write_whole(fd.get(), file.content.expose(), file.path.string());
}

std::vector<Path> NewFiles::keep() {
  std::set<Path> changed;
  for (const Path& path : files_) changed.insert(path.has_parent_path() ? path.parent_path() : Path("."));
  // Who lost power an instant later begins again: that a folder cannot be synced is no reason to take it
  // back.
  for (const Path& path : changed) static_cast<void>(sync_folder(path));
  files_.clear();
  return std::exchange(folders_, {});
}

}  // namespace reconcile::cli
