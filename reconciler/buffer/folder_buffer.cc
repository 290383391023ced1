#include "reconciler/buffer/folder_buffer.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/aside.h"
#include "reconciler/buffer/mark.h"
#include "reconciler/buffer/move.h"
#include "reconciler/buffer/trash.h"

namespace reconcile::buffer {
namespace {

constexpr int kAttemptsMax = 10'000;  // names tried before giving up on a folder full of namesakes

/// Writes a new file, synced; kConflict when the name is taken.
Result<void> write_new(const Path& path, const std::string& text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file && errno == EEXIST)
    return fail(Fault::kConflict, path.string() + " is there already", "choose another");
  if (!file) return fail(error_from_errno("creating " + path.string(), errno));
  Result<void> written = write_all(file.get(), view_of(text), path);
  if (written && ::fsync(file.get()) != 0)
    written = fail(error_from_errno("syncing " + path.string(), errno));
  if (!written) ::unlink(path.c_str());
  return written;
}

std::string reason_text(const BufferFile& file, Instant now) {
  return fmt::format("{}\n\nfile: {}\nsize: {} bytes\nquarantined: {}\n", file.reason, file.name,
                     print_count(file.identity.size.get()), print_time(now));
}

bool taken(const Result<void>& result) { return !result && result.error().fault == Fault::kConflict; }

}  // namespace

FolderBuffer::FolderBuffer(const BufferOptions& options, HashCache& cache)
    : options_(with_defaults(options)),
      staging_(options_.staging, cache),
      scanner_(options_, cache, staging_) {}

Observation<BufferScan> FolderBuffer::scan(Instant now) {
  scanned_at_ = now.time_since_epoch().count();
  Observation<BufferScan> out = scanner_.scan(now);
  leftovers_.clear();
  if (const BufferScan* seen = if_any(out))
    for (const BufferFile& file : seen->files)
      if (name_before(file.name.substr(file.name.rfind('/') + 1))) leftovers_.push_back(file.name);
  return out;
}

Instant FolderBuffer::time_of_scan() const {
  const Instant::rep seconds = scanned_at_;
  if (seconds != 0) return Instant(Seconds(seconds));
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

/// The file's place if it is still the one scanned; nothing when it is gone; kConflict when another stands
/// there.
Result<std::optional<Place>> FolderBuffer::find(const BufferFile& file) const {
  TRY_ASSIGN(const Descriptor root, open_folder(options_.path));
  Result<Place> place = locate(root.get(), file.name);
  if (!place && place.error().fault == Fault::kNotFound) return std::optional<Place>();
  if (!place) return fail(place.error());
  TRY_ASSIGN(const bool there, still_the_same(*place, file.name, file.identity));
  if (!there) return std::optional<Place>();
  return std::optional<Place>(*std::move(place));
}

Result<StagedCopy> FolderBuffer::compress(const BufferFile& file) {
  TRY_ASSIGN(const std::optional<StagedCopy> made, staging_.find(file.sha256));
  TRY_ASSIGN(const std::optional<Place> place, find(file));
  if (!place) return changed(file.name, "is gone");
  if (made) return *made;
  TRY_ASSIGN(const Descriptor source, open_same(*place, file.name, file.identity));
  TRY_ASSIGN(StagedCopy copy, staging_.make(source.get(), file.name, file.identity.size, file.sha256));
  TRY(check_unchanged(source.get(), file.name, file.identity));
  return copy;
}

Result<Body> FolderBuffer::body(const BufferFile& file) {
  TRY_ASSIGN(const std::optional<Place> place, find(file));
  if (!place) return changed(file.name, "is gone");
  if (!file.compress)
    return Body{FileSource{options_.path / file.name, file.identity}, file.identity.size, file.sha256};
  TRY_ASSIGN(const std::optional<StagedCopy> copy, staging_.find(file.sha256));
  if (!copy) return changed(file.name, "has no compressed copy");
  struct stat status {};
  if (::lstat(copy->path.c_str(), &status) != 0)
    return fail(error_from_errno("looking at " + copy->path.string(), errno));
  return Body{FileSource{copy->path, identity_of(status)}, copy->size, copy->sha256};
}

Result<void> FolderBuffer::mark() { return leave_mark(options_.path); }

Result<void> FolderBuffer::release(const BufferFile& file, AfterPublish how) {
  TRY_ASSIGN(const std::optional<Place> place, find(file));
  if (place && how == AfterPublish::kTrash) TRY(to_trash(*place, file));
  // Not synced: an unlink that a power cut undoes is found, verified and released again.
  if (place && how == AfterPublish::kDelete) TRY(remove_exactly(*place, file.name, file.identity));
  if (file.compress) return staging_.drop(file.sha256);
  return {};
}

Result<void> FolderBuffer::to_trash(const Place& place, const BufferFile& file) const {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const Path to = options_.trash / trash_name(time_of_scan(), attempt) / file.name;
    TRY(make_folders(to.parent_path()));
    const Result<void> moved = move_file(place, file.name, file.identity, to);
    if (moved || moved.error().fault == Fault::kNotFound) return {};
    if (!taken(moved)) return fail(moved.error());
    TRY(still_the_same(place, file.name, file.identity));  // the conflict may have been about the file itself
  }
  return fail(Fault::kConflict, "no free place in the trash for " + file.name, "empty the trash folder");
}

Result<void> FolderBuffer::quarantine(const BufferFile& file) {
  TRY_ASSIGN(const std::optional<Place> place, find(file));
  if (!place) return {};
  const Path folder = (options_.quarantine / file.name).parent_path();
  TRY(make_folders(folder));
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const std::string number = attempt == 0 ? "" : "." + std::to_string(attempt);
    const Path to = folder / with_suffix(place->base, number);
    const Path reason = folder / with_suffix(place->base, number + ".reason.txt");
    // The reason first: a file in quarantine always has one.
    Result<void> explained = write_new(reason, reason_text(file, time_of_scan()));
    struct stat there {};
    if (taken(explained) && ::lstat(to.c_str(), &there) != 0 && errno == ENOENT) {
      ::unlink(reason.c_str());  // a kill came between the reason and its file
      explained = write_new(reason, reason_text(file, time_of_scan()));
    }
    if (taken(explained)) continue;
    TRY(explained);
    const Result<void> moved = move_file(*place, file.name, file.identity, to);
    if (moved) return {};
    ::unlink(reason.c_str());
    if (moved.error().fault == Fault::kNotFound) return {};
    if (!taken(moved)) return fail(moved.error());
    TRY(still_the_same(*place, file.name,
                       file.identity));  // the conflict may have been about the file itself
  }
  return fail(Fault::kConflict, "no free name in quarantine for " + file.name, "empty the quarantine folder");
}

Result<void> FolderBuffer::tidy(Instant now) {
  for (const std::string& name : std::exchange(leftovers_, {})) {
    TRY_ASSIGN(const Descriptor root, open_folder(options_.path));
    Result<Place> place = locate(root.get(), name);
    if (place) TRY(give_name_back(*place));
  }
  TRY(empty_trash(options_.trash, options_.trash_keep, now));
  if (scanner_.sources()) TRY(staging_.tidy(*scanner_.sources(), now));
  return {};
}

}  // namespace reconcile::buffer
