#pragma once
// The world's folder as a Buffer. Compression is a stand-in (a marked copy): what matters is when it happens
// and what it may lose, not how small it gets.

#include "reconciler/ports/buffer.h"
#include "reconciler/sim/world.h"

namespace reconcile::sim {

struct SimBufferOptions {
  Seconds settle{30};
  std::vector<std::string> compress_suffixes = {".json", ".jsonl"};
  Seconds trash_kept{86400};
};

/// The bytes that compress() makes of `content`.
std::string sim_compressed(const std::string& content);

class SimBuffer final : public Buffer {
 public:
  explicit SimBuffer(World& world, SimBufferOptions options = {})
      : world_(world), options_(std::move(options)) {}

  Observation<BufferScan> scan(Instant now) override;
  Result<StagedCopy> compress(const BufferFile& file) override;
  Result<Body> body(const BufferFile& file) override;
  Result<void> release(const BufferFile& file, AfterPublish how) override;
  Result<void> quarantine(const BufferFile& file) override;
  Result<void> mark() override;
  Result<void> tidy(Instant now) override;

 private:
  World& world_;
  SimBufferOptions options_;
};

}  // namespace reconcile::sim
