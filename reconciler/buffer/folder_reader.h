#pragma once
// The buffer for --plan: there is no way to write through it.

#include "reconciler/buffer/scanner.h"
#include "reconciler/ports/buffer.h"

namespace reconcile::buffer {

/// The cache must outlive it. One thread at a time.
class FolderReader final : public BufferReader {
 public:
  FolderReader(const BufferOptions& options, HashCache& cache)
      : options_(with_defaults(options)),
        staging_(options_.staging, cache),
        scanner_(options_, cache, staging_) {}
  FolderReader(const FolderReader&) = delete;
  Observation<BufferScan> scan(Instant now) override { return scanner_.scan(now); }

 private:
  BufferOptions options_;
  Staging staging_;
  Scanner scanner_;
};

}  // namespace reconcile::buffer
