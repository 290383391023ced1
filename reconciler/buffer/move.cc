#include "reconciler/buffer/move.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "reconciler/base/sha256.h"
#include "reconciler/buffer/aside.h"
#include "reconciler/buffer/examine.h"

namespace reconcile::buffer {
namespace {

constexpr std::size_t kNameBytesMax = 255;  // limits.h, NAME_MAX

enum class Renamed { kDone, kElsewhere };  // kElsewhere: another file system, a copy is needed

/// rename(2) that refuses to replace, also where the file system lacks renameat2.
Result<Renamed> rename_exclusively(int folder, const std::string& base, const Path& to) {
  if (::renameat2(folder, base.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return Renamed::kDone;
  if (errno == EINVAL || errno == ENOSYS) {
    if (::linkat(folder, base.c_str(), AT_FDCWD, to.c_str(), 0) == 0) {
      if (::unlinkat(folder, base.c_str(), 0) == 0) return Renamed::kDone;
    } else if (errno == EPERM || errno == ENOTSUP || errno == EMLINK) {
      return Renamed::kElsewhere;
    }
  }
  if (errno == EXDEV) return Renamed::kElsewhere;
  if (errno == EEXIST)
    return fail(Fault::kConflict, to.string() + " is there already", "move it away or choose another folder");
  return fail(error_from_errno("moving " + base + " to " + to.string(), errno));
}

Result<void> copy_into(const Place& place, const std::string& name, const FileIdentity& identity, int out,
                       const Path& path) {
  TRY_ASSIGN(const Descriptor in, open_same(place, name, identity));
  TRY(read_through(in.get(), name, identity.size,
                   [&](ByteView bytes) { return write_all(out, bytes, path); }));
  TRY(check_unchanged(in.get(), name, identity));
  const timespec time{identity.mtime_ns / 1'000'000'000, identity.mtime_ns % 1'000'000'000};
  const timespec times[2] = {time, time};
  if (::futimens(out, times) != 0 || ::fsync(out) != 0)
    return fail(error_from_errno("syncing " + path.string(), errno));
  return {};
}

Result<void> copy_and_unlink(const Place& place, const std::string& name, const FileIdentity& identity,
                             const Path& to) {
  // O_EXCL on the final name: what is there is never replaced, and a half copy is removed below or by name
  // next time.
  const Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!out && errno == EEXIST)
    return fail(Fault::kConflict, to.string() + " is there already", "move it away or choose another folder");
  if (!out) return fail(error_from_errno("creating " + to.string(), errno));
  const auto copy = [&]() -> Result<void> {
    TRY(copy_into(place, name, identity, out.get(), to));
    TRY(sync_folder(to.parent_path()));
    TRY_ASSIGN(const bool there, still_the_same(place, name, identity));
    if (there) return remove_exactly(place, name, identity);
    return {};
  };
  Result<void> done = copy();
  if (!done) ::unlink(to.c_str());
  return done;
}

}  // namespace

Result<void> make_folders(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(error_from_errno("making folder " + path.string(), error.value()));
  return {};
}

std::string with_suffix(const std::string& base, const std::string& suffix) {
  if (base.size() + suffix.size() <= kNameBytesMax) return base + suffix;
  const std::string mark = "~" + to_hex(sha256_of(base)).substr(0, 8);
  std::size_t keep = kNameBytesMax - suffix.size() - mark.size();
  while (keep > 0 && (static_cast<unsigned char>(base[keep]) & 0xc0) == 0x80)
    --keep;  // not inside a character
  return base.substr(0, keep) + mark + suffix;
}

Result<void> move_file(const Place& place, const std::string& name, const FileIdentity& identity,
                       const Path& to) {
  TRY_ASSIGN(const bool there, still_the_same(place, name, identity));
  if (!there) return fail(Fault::kNotFound, name + " is gone", "nothing to do");
  TRY_ASSIGN(const Renamed renamed, rename_exclusively(place.folder.get(), place.base, to));
  if (renamed == Renamed::kElsewhere) {
    TRY(copy_and_unlink(place, name, identity, to));
  } else {
    // What was caught may be a newer file that a scraper renamed over the name just before: it goes back.
    struct stat caught {};
    if (::lstat(to.c_str(), &caught) == 0 && identity_of(caught) != identity) {
      if (::renameat2(AT_FDCWD, to.c_str(), place.folder.get(), place.base.c_str(), RENAME_NOREPLACE) == 0)
        return changed(name, "was replaced while it was moved: the new file stays");
      return changed(name, "was replaced while it was moved: the newer one is kept as " + to.string());
    }
    TRY(sync_folder(to.parent_path()));
  }
  if (::fsync(place.folder.get()) != 0) return fail(error_from_errno("syncing the folder of " + name, errno));
  return {};
}

}  // namespace reconcile::buffer
