#pragma once
// Small files, read with a bound and written so that a crash leaves the old or the new, never half.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

using Path = std::filesystem::path;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// The whole of a regular file of at most `bytes_max`; a longer one is kInvalidInput, an absent one
/// kNotFound.
Result<std::string> read_file(const Path& path, Bytes bytes_max);

/// Temporary file beside it, fsync, rename, fsync of the folder. `mode` are permission bits. May be repeated.
Result<void> write_file_atomically(const Path& path, std::string_view content, unsigned mode = 0644);

/// fsync of a folder, so that a rename or unlink inside it survives a power cut.
Result<void> sync_folder(const Path& folder);

/// `what: strerror(errno)` as an Error: ENOENT kNotFound, EACCES/EPERM/EROFS kDenied, ENOSPC/EDQUOT
/// kDiskFull, EIO kInternal.
Error error_from_errno(const std::string& what, int error_number);

}  // namespace reconcile
