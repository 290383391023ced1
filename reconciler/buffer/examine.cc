#include "reconciler/buffer/examine.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "reconciler/base/sha256.h"
#include "reconciler/buffer/content_check.h"
#include "reconciler/buffer/names.h"
#include "reconciler/buffer/parquet/parquet.h"

namespace reconcile::buffer {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;

Result<ByteVector> read_at(int file, const std::string& name, std::uint64_t offset, std::size_t length) {
  ByteVector out(length);
  for (std::size_t done = 0; done < length;) {
    const ssize_t count = ::pread(file, out.data() + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno("reading " + name, errno));
    if (count == 0) return changed(name, "changed while it was read");
    done += static_cast<std::size_t>(count);
  }
  return out;
}

Result<Examined> look(int file, const std::string& name, const FileIdentity& identity,
                      const std::optional<Sha256>& known) {
  Examined out;
  out.container.kind = container_of(name);
  if (out.container.kind == Container::kParquet) {
    const ReadAt read = [&](std::uint64_t offset, std::size_t length) {
      return read_at(file, name, offset, length);
    };
    TRY_ASSIGN(out.container, check_parquet(read, identity.size));
  }
  if (known) {
    out.sha256 = *known;
    return out;
  }
  const std::unique_ptr<ContentCheck> check = content_check_for(name);
  Sha256Stream hash;
  const Result<void> read = read_through(file, name, identity.size, [&](ByteView bytes) -> Result<void> {
    hash.update(bytes);
    return check ? check->update(bytes) : Result<void>{};
  });
  if (!read) return fail(read.error());
  if (check) TRY(check->finish());
  out.sha256 = hash.finish();
  return out;
}

}  // namespace

Result<void> read_through(int file, const std::string& name, Bytes size, const ByteSink& sink) {
  (void)::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  ByteVector chunk(static_cast<std::size_t>(std::min<std::uint64_t>(kReadBytes, size.get() + 1)));
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t count = ::read(file, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno("reading " + name, errno));
    if (count == 0) break;
    total += static_cast<std::uint64_t>(count);
    if (total > size.get()) return changed(name, "changed while it was read");
    TRY(sink({chunk.data(), static_cast<std::size_t>(count)}));
  }
  if (total != size.get()) return changed(name, "changed while it was read");
  return {};
}

Result<Examined> examine(int root, const std::string& name, const FileIdentity& identity,
                         const std::optional<Sha256>& known) {
  if (known && container_of(name) != Container::kParquet)
    return Examined{*known, {container_of(name), {}, {}, {}, {}}};
  TRY_ASSIGN(const Place place, locate(root, name));
  TRY_ASSIGN(const Descriptor file, open_same(place, name, identity));
  Result<Examined> seen = look(file.get(), name, identity, known);
  // A file that is being rewritten may look damaged: what changed is judged next time.
  if (seen || seen.error().fault == Fault::kCorrupt) TRY(check_unchanged(file.get(), name, identity));
  return seen;
}

}  // namespace reconcile::buffer
