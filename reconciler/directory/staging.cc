#include "reconciler/directory/staging.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <random>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"

namespace reconcile::directory {
namespace {

constexpr time_t kAbandonedSeconds = 3600;

const std::vector<std::string>& staging_folder() {
  static const std::vector<std::string> kFolder = {"tmp"};
  return kFolder;
}

std::string fresh_name() {
  std::random_device random;
  ByteVector bytes(12);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return to_hex(ByteView(bytes));
}

Result<void> check_identity(int file, const FileSource& source, const char* when) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return fail(error_from_errno("looking at " + source.path.string(), errno));
  const FileIdentity now{status.st_dev, status.st_ino, Bytes(static_cast<std::uint64_t>(status.st_size)),
                         mtime_ns_of(status)};
  if (now == source.identity) return {};
  return fail(Fault::kConflict, source.path.string() + " changed " + when,
              "it is looked at again in the next pass");
}

/// Counts and hashes what goes by.
struct Meter {
  Sha256Stream hash;
  std::uint64_t bytes = 0;
};

Result<void> copy_file(const FileSource& source, const std::function<bool(std::uint64_t)>& progress,
                       int target, Meter& meter) {
  const std::string what = source.path.string();
  const Descriptor file(::open(source.path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && errno == ELOOP) return fail(Fault::kConflict, what + " is a symbolic link now", "look again");
  if (!file) return fail(error_from_errno("opening " + what, errno));
  TRY(check_identity(file.get(), source, "before it was read"));
  // Where the file system can share blocks, the clone is read instead of copied: nothing is written.
  const bool cloned = ::ioctl(target, FICLONE, file.get()) == 0;
  Error write_error;
  const Result<void> read = read_chunks(cloned ? target : file.get(), what, [&](std::string_view chunk) {
    meter.hash.update(view_of(chunk));
    meter.bytes += chunk.size();
    if (!cloned) {
      Result<void> written = write_all(target, chunk, "the copy of " + what);
      if (!written) {
        write_error = std::move(written).error();
        return false;
      }
    }
    return !progress || progress(meter.bytes);
  });
  if (!write_error.cause.empty()) return fail(std::move(write_error));
  TRY(read);
  return check_identity(file.get(), source, "while it was read");
}

}  // namespace

Result<StagedFile> StagedFile::create(int own) {
  TRY_ASSIGN(Descriptor folder, make_folder(own, staging_folder()));
  std::string name = fresh_name();
  Descriptor file(::openat(folder.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file) return fail(error_from_errno("creating a temporary file in the bucket folder", errno));
  StagedFile staged(std::move(folder), std::move(file), std::move(name));
  ::flock(staged.fd(), LOCK_SH | LOCK_NB);  // tells sweepers that we live; without it age alone decides
  return staged;
}

StagedFile::~StagedFile() {
  if (file_ && !name_.empty()) ::unlinkat(folder_.get(), name_.c_str(), 0);
}

Result<void> StagedFile::write(std::string_view content) {
  if (::ftruncate(fd(), 0) != 0 || ::lseek(fd(), 0, SEEK_SET) != 0)
    return fail(error_from_errno("emptying a temporary file", errno));
  TRY(write_all(fd(), content, "a temporary file in the bucket folder"));
  return sync_open(fd(), "a temporary file in the bucket folder");
}

Result<void> StagedFile::publish(int folder, const std::string& name, bool only_if_absent) {
  if (only_if_absent) {
    if (::linkat(folder_.get(), name_.c_str(), folder, name.c_str(), 0) != 0) {
      if (errno == EEXIST) return fail(Fault::kConflict, name + " is there already", "look at it first");
      return fail(error_from_errno("linking " + name, errno));
    }
    return {};  // the other name goes with this object
  }
  if (::renameat(folder_.get(), name_.c_str(), folder, name.c_str()) != 0)
    return fail(error_from_errno("renaming to " + name, errno));
  name_.clear();
  return {};
}

void sweep_staging(int own) {
  const Result<FolderAt> folder = open_folder(own, staging_folder());
  if (!folder || folder->state != FolderAt::State::kOpen) return;
  const Result<std::vector<DirectoryName>> names = names_in(folder->fd.get());
  if (!names) return;
  for (const DirectoryName& entry : *names) {
    const Result<Descriptor> file = open_file(folder->fd.get(), entry.name);
    struct stat status {};
    if (!file || ::fstat(file->get(), &status) != 0) continue;
    if (status.st_mtim.tv_sec > ::time(nullptr) - kAbandonedSeconds) continue;
    if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(folder->fd.get(), entry.name.c_str(), 0);
  }
}

Result<void> stage_body(const Body& body, const std::function<bool(std::uint64_t)>& progress, int target) {
  Meter meter;
  if (const auto* source = std::get_if<FileSource>(&body.source)) {
    TRY(copy_file(*source, progress, target, meter));
  } else {
    const std::string& content = std::get<std::string>(body.source);
    meter.hash.update(view_of(content));
    meter.bytes = content.size();
    TRY(write_all(target, content, "an object"));
    if (progress && !progress(meter.bytes))
      return fail(Fault::kCancelled, "the upload was stopped", "run it again");
  }
  if (meter.bytes != body.size.get() || meter.hash.finish() != body.sha256)
    return fail(Fault::kCorrupt,
                "the bytes to be stored are not those that were announced: the SHA-256 differs",
                "check the disk they are read from; nothing was stored");
  return sync_open(target, "an object");
}

Result<void> replace_file(int own, const std::vector<std::string>& folders, const std::string& name,
                          const std::string& content) {
  TRY_ASSIGN(StagedFile staged, StagedFile::create(own));
  TRY(staged.write(content));
  TRY_ASSIGN(const Descriptor folder, make_folder(own, folders));
  TRY(staged.publish(folder.get(), name, false));
  return sync_open(folder.get(), "the folder of " + name);
}

}  // namespace reconcile::directory
