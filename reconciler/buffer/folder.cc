#include "reconciler/buffer/folder.h"

#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <unistd.h>

namespace reconcile::buffer {

FileIdentity identity_of(const struct stat& status) {
  // A date beyond 1677 to 2262 does not fit: such a file counts as from the end of time, and so as not
  // settled.
  std::int64_t mtime_ns = 0;
  if (__builtin_mul_overflow(static_cast<std::int64_t>(status.st_mtim.tv_sec), std::int64_t{1'000'000'000},
                             &mtime_ns) ||
      __builtin_add_overflow(mtime_ns, static_cast<std::int64_t>(status.st_mtim.tv_nsec), &mtime_ns))
    mtime_ns = std::numeric_limits<std::int64_t>::max();
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
          Bytes(static_cast<std::uint64_t>(status.st_size)), mtime_ns};
}

tl::unexpected<Error> changed(const std::string& name, const std::string& how) {
  return fail(Fault::kConflict, name + " " + how, "the next pass looks at it again");
}

Result<Descriptor> open_folder(const Path& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return fail(error_from_errno("opening folder " + path.string(), errno));
  return folder;
}

Result<Place> locate(int root, std::string_view name) {
  Descriptor folder(
      ::fcntl(root, F_DUPFD_CLOEXEC, 0));  // its own place in the folder is nobody's concern here
  if (!folder) return fail(error_from_errno("opening the buffer folder", errno));
  for (;;) {
    const std::size_t slash = name.find('/');
    const std::string part(name.substr(0, slash));
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string::npos)
      return fail(Fault::kInvalidInput, "`" + std::string(name) + "` is not the name of a file in the buffer",
                  "make a new plan");
    if (slash == std::string_view::npos) return Place{std::move(folder), part};
    Descriptor next(::openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next && (errno == ELOOP || errno == ENOTDIR)) return changed(part, "is no longer a folder");
    if (!next) return fail(error_from_errno("opening folder " + part, errno));
    folder = std::move(next);
    name.remove_prefix(slash + 1);
  }
}

Result<std::optional<struct stat>> status_at(const Place& place, const std::string& name) {
  struct stat status {};
  if (::fstatat(place.folder.get(), place.base.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
  if (errno == ENOENT) return std::optional<struct stat>();
  return fail(error_from_errno("looking at " + name, errno));
}

Result<bool> still_the_same(const Place& place, const std::string& name, const FileIdentity& identity) {
  TRY_ASSIGN(const std::optional<struct stat> status, status_at(place, name));
  if (!status) return false;
  if (!S_ISREG(status->st_mode) || identity_of(*status) != identity)
    return changed(name, "is not the file that was scanned");
  return true;
}

Result<Descriptor> open_same(const Place& place, const std::string& name, const FileIdentity& identity) {
  Descriptor file(::openat(place.folder.get(), place.base.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file && errno == ELOOP) return changed(name, "became a symbolic link");
  if (!file) return fail(error_from_errno("opening " + name, errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(error_from_errno("looking at " + name, errno));
  if (!S_ISREG(status.st_mode) || identity_of(status) != identity)
    return changed(name, "is not the file that was scanned");
  return file;
}

Result<void> check_unchanged(int file, const std::string& name, const FileIdentity& identity) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return fail(error_from_errno("looking at " + name, errno));
  if (identity_of(status) != identity) return changed(name, "changed while it was read");
  return {};
}

Result<void> write_all(int file, ByteView bytes, const Path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno("writing " + path.string(), errno));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace reconcile::buffer
