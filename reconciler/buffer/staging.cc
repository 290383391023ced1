#include "reconciler/buffer/staging.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/buffer/examine.h"
#include "reconciler/buffer/gzip_check.h"
#include "reconciler/buffer/move.h"

namespace reconcile::buffer {
namespace {

constexpr Seconds kLeftoverAge{3600};

/// Hashes what comes out of the gzip, ends as any other content check.
class HashContent final : public ContentCheck {
 public:
  explicit HashContent(Sha256Stream& hash) : hash_(hash) {}
  Result<void> update(ByteView bytes) override {
    hash_.update(bytes);
    return {};
  }
  Result<void> finish() override { return {}; }

 private:
  Sha256Stream& hash_;
};

struct BothHashes {
  Sha256 stored, content;
};

/// Reads a gzip file through once. kCorrupt when it is damaged.
Result<BothHashes> hash_both(int file, const std::string& name, Bytes size) {
  Sha256Stream stored, content;
  // Our own copies may be of anything, however repetitive: no limit on the ratio.
  GzipCheck check(std::make_unique<HashContent>(content), {UINT64_MAX, UINT64_MAX});
  TRY(read_through(file, name, size, [&](ByteView bytes) -> Result<void> {
    stored.update(bytes);
    return check.update(bytes);
  }));
  TRY(check.finish());
  return BothHashes{stored.finish(), content.finish()};
}

/// Compresses `file` into `out`; the hash of what was read.
Result<Sha256> compress_into(int file, const std::string& name, Bytes size, int out, const Path& path) {
  Sha256Stream hash;
  GzipWriter writer([&](ByteView bytes) { return write_all(out, bytes, path); });
  TRY(read_through(file, name, size, [&](ByteView bytes) {
    hash.update(bytes);
    return writer.update(bytes);
  }));
  TRY(writer.finish());
  if (::fsync(out) != 0) return fail(error_from_errno("syncing " + path.string(), errno));
  return hash.finish();
}

Result<struct stat> status_of(int file, const Path& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return fail(error_from_errno("looking at " + path.string(), errno));
  return status;
}

std::string cache_name(const Path& path) { return "staging/" + path.filename().string(); }

}  // namespace

Path Staging::path_of(const Sha256& source) const { return folder_ / (to_hex(source) + ".gz"); }

Result<std::optional<StagedCopy>> Staging::find(const Sha256& source) const {
  const Path path = path_of(source);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && (errno == ENOENT || errno == ELOOP || errno == ENOTDIR)) return std::optional<StagedCopy>();
  if (!file) return fail(error_from_errno("opening " + path.string(), errno));
  TRY_ASSIGN(const struct stat status, status_of(file.get(), path));
  if (!S_ISREG(status.st_mode)) return std::optional<StagedCopy>();
  const FileIdentity identity = identity_of(status);
  std::optional<Sha256> stored = cache_.find_hash(cache_name(path), identity);
  if (!stored) {
    const Result<BothHashes> hashes = hash_both(file.get(), path.string(), identity.size);
    const bool unusable =
        hashes ? hashes->content != source
               : hashes.error().fault == Fault::kCorrupt || hashes.error().fault == Fault::kConflict;
    if (unusable) return std::optional<StagedCopy>();
    if (!hashes) return fail(hashes.error());
    stored = hashes->stored;
    cache_.remember_hash(cache_name(path), identity, *stored);
  }
  return std::optional<StagedCopy>(StagedCopy{path, identity.size, *stored});
}

Result<StagedCopy> Staging::make(int file, const std::string& name, Bytes size, const Sha256& source) {
  TRY(make_folders(folder_));
  const Path path = path_of(source);
  std::string temporary = path.string() + ".XXXXXX.tmp";
  const Descriptor out(::mkostemps(temporary.data(), 4, O_CLOEXEC));
  if (!out) return fail(error_from_errno("creating " + temporary, errno));
  const auto write = [&]() -> Result<StagedCopy> {
    TRY_ASSIGN(const Sha256 read, compress_into(file, name, size, out.get(), temporary));
    if (read != source) return changed(name, "is not what was scanned: its bytes differ");
    TRY_ASSIGN(const struct stat status, status_of(out.get(), temporary));
    const FileIdentity identity = identity_of(status);
    if (::lseek(out.get(), 0, SEEK_SET) != 0) return fail(error_from_errno("rewinding " + temporary, errno));
    TRY_ASSIGN(const BothHashes hashes, hash_both(out.get(), temporary, identity.size));
    if (hashes.content != source)
      return fail(Fault::kCorrupt, "the compressed copy of " + name + " does not give its bytes back",
                  "check the memory and the disk of this machine");
    if (::rename(temporary.c_str(), path.c_str()) != 0)
      return fail(error_from_errno("renaming to " + path.string(), errno));
    TRY(sync_folder(folder_));
    cache_.remember_hash(cache_name(path), identity, hashes.stored);
    return StagedCopy{path, identity.size, hashes.stored};
  };
  Result<StagedCopy> made = write();
  if (!made) ::unlink(temporary.c_str());
  return made;
}

Result<void> Staging::drop(const Sha256& source) {
  const Path path = path_of(source);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
    return fail(error_from_errno("removing " + path.string(), errno));
  return {};
}

Result<void> Staging::tidy(const std::set<Sha256>& wanted, Instant now) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const Result<Sha256> source = sha256_from_hex(name.substr(0, 64));
    if (!source) continue;  // not ours
    const std::string rest = name.substr(64);
    if (rest == ".gz" && wanted.count(*source) == 0) TRY(drop(*source));
    if (rest.substr(0, 4) != ".gz." || rest.size() != 14 || rest.substr(10) != ".tmp") continue;
    struct stat status {};
    if (::lstat(entry->path().c_str(), &status) != 0) continue;
    if (Instant(Seconds(status.st_mtim.tv_sec)) + kLeftoverAge <= now) ::unlink(entry->path().c_str());
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(error_from_errno("reading folder " + folder_.string(), error.value()));
  return {};
}

}  // namespace reconcile::buffer
