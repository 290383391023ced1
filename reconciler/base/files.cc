#include "reconciler/base/files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace reconcile {
namespace {

Result<void> write_all(int fd, std::string_view content, const Path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(error_from_errno("writing " + path.string(), errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.fd_;
    other.fd_ = -1;
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Error error_from_errno(const std::string& what, int error_number) {
  const std::string cause = what + ": " + std::generic_category().message(error_number);
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return {Fault::kNotFound, cause, "check the path"};
    case EACCES:
    case EPERM:
      return {Fault::kDenied, cause, "give this user the permission, or run as the user who has it"};
    case EROFS:
      return {Fault::kDenied, cause, "mount the file system writable, or choose another folder"};
    case ENOSPC:
    case EDQUOT:
      return {Fault::kDiskFull, cause, "free some space on this file system; nothing was lost"};
    case EMFILE:
    case ENFILE:
      return {Fault::kInternal, cause, "raise the limit of open files (ulimit -n)"};
    default:
      return {Fault::kInternal, cause, "check the disk and the system log"};
  }
}

Result<std::string> read_file(const Path& path, Bytes bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return fail(error_from_errno("reading " + path.string(), errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(error_from_errno("reading " + path.string(), errno));
  if (!S_ISREG(status.st_mode))
    return fail(Fault::kInvalidInput, path.string() + " is not a regular file", "name a file");
  std::string out;
  char chunk[65536];
  for (;;) {
    const ssize_t count = ::read(file.get(), chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno("reading " + path.string(), errno));
    if (count == 0) return out;
    out.append(chunk, static_cast<std::size_t>(count));
    if (out.size() > bytes_max.get())
      return fail(Fault::kInvalidInput,
                  path.string() + " is larger than " + std::to_string(bytes_max.get()) + " bytes",
                  "this is not a file of the expected kind; check the path");
  }
}

Result<void> sync_folder(const Path& folder) {
  const Path where = folder.empty() ? Path(".") : folder;
  const Descriptor fd(::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail(error_from_errno("opening folder " + where.string(), errno));
  if (::fsync(fd.get()) != 0) return fail(error_from_errno("syncing folder " + where.string(), errno));
  return {};
}

Result<void> write_file_atomically(const Path& path, std::string_view content, unsigned mode) {
  std::string temporary = path.string() + ".XXXXXX.tmp";
  const Descriptor file(::mkostemps(temporary.data(), 4, O_CLOEXEC));
  if (!file) return fail(error_from_errno("creating " + temporary, errno));
  const auto write = [&]() -> Result<void> {
    if (::fchmod(file.get(), static_cast<mode_t>(mode)) != 0)
      return fail(error_from_errno("setting the mode of " + temporary, errno));
    TRY(write_all(file.get(), content, temporary));
    if (::fsync(file.get()) != 0) return fail(error_from_errno("syncing " + temporary, errno));
    if (::rename(temporary.c_str(), path.c_str()) != 0)
      return fail(error_from_errno("renaming to " + path.string(), errno));
    return sync_folder(path.parent_path());
  };
  Result<void> done = write();
  if (!done) ::unlink(temporary.c_str());
  return done;
}

}  // namespace reconcile
