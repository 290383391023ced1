#pragma once
// The buffer as a folder: scanned, compressed, released, quarantined.

#include <atomic>

#include "reconciler/buffer/folder.h"
#include "reconciler/buffer/scanner.h"
#include "reconciler/ports/buffer.h"

namespace reconcile::buffer {

/// The cache must outlive it. `scan` and `tidy` in one thread at a time; the others in any, also at the same
/// time for different files when the cache is safe for that.
class FolderBuffer final : public Buffer {
 public:
  FolderBuffer(const BufferOptions& options, HashCache& cache);
  FolderBuffer(const FolderBuffer&) = delete;

  Observation<BufferScan> scan(Instant now) override;
  Result<StagedCopy> compress(const BufferFile& file) override;
  Result<Body> body(const BufferFile& file) override;
  /// Trash: `<trash>/20261122T072014Z/<name>`, by the time of the last scan.
  Result<void> release(const BufferFile& file, AfterPublish how) override;
  /// `<quarantine>/<name>` beside `<name>.reason.txt`; where that is taken, `<name>.1` and so on.
  Result<void> quarantine(const BufferFile& file) override;
  Result<void> mark() override;
  /// Also gives leftovers of a release that was killed their names back.
  Result<void> tidy(Instant now) override;

 private:
  Result<std::optional<Place>> find(const BufferFile& file) const;
  Result<void> to_trash(const Place& place, const BufferFile& file) const;
  Instant time_of_scan() const;

  BufferOptions options_;
  Staging staging_;
  Scanner scanner_;
  std::atomic<Instant::rep> scanned_at_{0};
  std::vector<std::string> leftovers_;  ///< of the last scan
};

}  // namespace reconcile::buffer
