#include "reconciler/directory/folder.h"

#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace reconcile::directory {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::size_t kChunkBytes = 256 * 1024;

Descriptor again(int fd) { return Descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 0)); }

}  // namespace

Result<FolderAt> open_folder(int base, Names names) {
  Descriptor current = again(base);
  if (!current) return fail(error_from_errno("opening a folder", errno));
  for (const std::string& name : names) {
    Descriptor next(::openat(current.get(), name.c_str(), kFolderFlags));
    if (!next && errno == ENOENT) return FolderAt{FolderAt::State::kAbsent, Descriptor()};
    if (!next && (errno == ENOTDIR || errno == ELOOP))
      return FolderAt{FolderAt::State::kBlocked, Descriptor()};
    if (!next) return fail(error_from_errno("opening folder " + name, errno));
    current = std::move(next);
  }
  return FolderAt{FolderAt::State::kOpen, std::move(current)};
}

Result<Descriptor> make_folder(int base, Names names) {
  Descriptor current = again(base);
  if (!current) return fail(error_from_errno("opening a folder", errno));
  for (const std::string& name : names) {
    Descriptor next(::openat(current.get(), name.c_str(), kFolderFlags));
    if (!next && errno == ENOENT) {
      if (::mkdirat(current.get(), name.c_str(), 0755) != 0 && errno != EEXIST)
        return fail(error_from_errno("making folder " + name, errno));
      TRY(sync_open(current.get(), "the folder above " + name));
      next = Descriptor(::openat(current.get(), name.c_str(), kFolderFlags));
    }
    if (!next && (errno == ENOTDIR || errno == ELOOP))
      return fail(Fault::kConflict, name + " is in the way: not a folder", "move it away");
    if (!next) return fail(error_from_errno("opening folder " + name, errno));
    current = std::move(next);
  }
  return current;
}

void prune_folders(int base, Names names) {
  for (; !names.empty(); names = names.first(names.size() - 1)) {
    const Result<FolderAt> parent = open_folder(base, names.first(names.size() - 1));
    if (!parent || parent->state != FolderAt::State::kOpen) return;
    if (::unlinkat(parent->fd.get(), names.back().c_str(), AT_REMOVEDIR) != 0) return;
  }
}

Result<std::optional<struct stat>> status_of(int folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
  if (errno == ENOENT) return std::nullopt;
  return fail(error_from_errno("looking at " + name, errno));
}

std::int64_t mtime_ns_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

Result<Descriptor> open_file(int folder, const std::string& name) {
  Descriptor file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && errno == ELOOP) return fail(Fault::kNotFound, name + " is a symbolic link", "check the path");
  if (!file) return fail(error_from_errno("opening " + name, errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(error_from_errno("looking at " + name, errno));
  if (!S_ISREG(status.st_mode)) return fail(Fault::kNotFound, name + " is no file", "check the path");
  return file;
}

Result<void> read_chunks(int file, const std::string& what,
                         const std::function<bool(std::string_view)>& sink) {
  const auto chunk = std::make_unique<std::array<char, kChunkBytes>>();
  for (off_t offset = 0;;) {
    const ssize_t count = ::pread(file, chunk->data(), chunk->size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno("reading " + what, errno));
    if (count == 0) return {};
    if (!sink({chunk->data(), static_cast<std::size_t>(count)}))
      return fail(Fault::kCancelled, "reading " + what + " was stopped", "run it again");
    offset += count;
  }
}

Result<std::string> read_open_file(int file, Bytes bytes_max, const std::string& what) {
  std::string out;
  const Result<void> read = read_chunks(file, what, [&](std::string_view chunk) {
    out += chunk;
    return out.size() <= bytes_max.get();
  });
  if (out.size() > bytes_max.get())
    return fail(Fault::kInvalidInput, what + " is larger than " + std::to_string(bytes_max.get()) + " bytes",
                "this is not what was expected there");
  TRY(read);
  return out;
}

Result<void> write_all(int file, std::string_view content, const std::string& what) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(error_from_errno("writing " + what, errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> sync_open(int fd, const std::string& what) {
  if (::fsync(fd) != 0) return fail(error_from_errno("syncing " + what, errno));
  return {};
}

Result<std::vector<DirectoryName>> names_in(int folder) {
  // fdopendir takes the descriptor over and shares its position: a fresh one, from the beginning.
  const int fd = ::openat(folder, ".", kFolderFlags);
  if (fd < 0) return fail(error_from_errno("reading a folder", errno));
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(fd), ::closedir);
  if (!open) {
    const int why = errno;
    ::close(fd);
    return fail(error_from_errno("reading a folder", why));
  }
  std::vector<DirectoryName> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(open.get());  // NOLINT(concurrency-mt-unsafe): a stream of our own
    if (!entry && errno != 0) return fail(error_from_errno("reading a folder", errno));
    if (!entry) return names;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.push_back({std::string(name), entry->d_type});
  }
}

}  // namespace reconcile::directory
