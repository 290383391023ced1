#include "reconciler/cli/lock.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"

namespace reconcile::cli {
namespace {

/// A folder that belongs to this user alone: a link planted by another must not lead us elsewhere.
Result<Path> lock_folder() {
  std::error_code error;
  const Path folder = std::filesystem::temp_directory_path(error) / fmt::format("reconcile-{}", ::getuid());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(error_from_errno("creating " + folder.string(), errno));
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0)
    return fail(error_from_errno("looking at " + folder.string(), errno));
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::getuid())
    return fail(Fault::kDenied, folder.string() + " belongs to someone else",
                "remove it, or set TMPDIR to a folder of yours");
  return folder;
}

std::string holder_of(int fd) {
  char text[256];
  const ssize_t count = ::pread(fd, text, sizeof text, 0);
  return count > 0 ? std::string(text, static_cast<std::size_t>(count)) : "an unknown process";
}

/// Still the file at that path: a cleaner may have removed it while we waited, and another made a new one.
bool still_there(int fd, const Path& path) {
  struct stat open_file {
  }, named{};
  return ::fstat(fd, &open_file) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

Result<Descriptor> lock_file(const Path& path, const std::string& what, Seconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return fail(error_from_errno("opening " + path.string(), errno));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      if (!still_there(file.get(), path)) continue;
      const std::string holder = fmt::format("process {} of this machine", ::getpid());
      if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), holder.data(), holder.size(), 0) < 0)
        return fail(error_from_errno("writing " + path.string(), errno));
      return file;
    }
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail(error_from_errno("locking " + path.string(), errno));
    if (std::chrono::steady_clock::now() >= deadline)
      return fail(Fault::kConflict, fmt::format("{} is being worked on by {}", what, holder_of(file.get())),
                  "wait for it, stop it, or pass --lock-timeout; the lock goes when that process ends");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

/// The folder itself is locked: nothing is written into it.
Result<Descriptor> lock_folder_itself(const Path& path, Seconds timeout) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return Descriptor();  // a missing buffer is the pass's to report
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail(error_from_errno("locking " + path.string(), errno));
    if (std::chrono::steady_clock::now() >= deadline)
      return fail(Fault::kConflict, path.string() + " is being worked on by another process",
                  "wait for it, stop it, or pass --lock-timeout; the lock goes when that process ends");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return folder;
}

}  // namespace

Result<SlotLock> SlotLock::acquire(const std::string& what, const Path& buffer, Seconds timeout) {
  TRY_ASSIGN(const Path folder, lock_folder());
  TRY_ASSIGN(Descriptor slot,
             lock_file(folder / (to_hex(sha256_of(what)).substr(0, 32) + ".lock"), what, timeout));
  TRY_ASSIGN(Descriptor shared, lock_folder_itself(buffer, timeout));
  return SlotLock(std::move(slot), std::move(shared));
}

}  // namespace reconcile::cli
