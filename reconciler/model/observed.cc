#include "reconciler/model/observed.h"

#include "reconciler/base/bytes.h"

namespace reconcile {

std::optional<Sha256> sha256_of(const ObjectHead& head) {
  const auto found = head.metadata.find("sha256");
  if (found == head.metadata.end()) return std::nullopt;
  const Result<Sha256> digest = sha256_from_hex(found->second);
  if (!digest) return std::nullopt;
  return *digest;
}

Bytes staged_bytes_of(const BufferScan& scan) {
  Bytes out;
  for (const BufferFile& file : scan.files)
    if (file.staged) out = out + file.staged->size;
  return out;
}

Instant modified_at(const BufferFile& file) {
  return std::chrono::floor<Seconds>(
      std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(file.identity.mtime_ns)));
}

}  // namespace reconcile
