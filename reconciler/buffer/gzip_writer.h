#pragma once
// Deterministic gzip: one member, no name, no time, so that the same content gives the same bytes everywhere
// that has the same zlib.

#include <functional>
#include <memory>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"

struct z_stream_s;

namespace reconcile::buffer {

/// Where compressed bytes go; its error ends the compression.
using ByteSink = std::function<Result<void>(ByteView bytes)>;

/// Level 6, about 400 KiB of memory whatever the size. `finish` ends it.
class GzipWriter {
 public:
  explicit GzipWriter(ByteSink sink);
  ~GzipWriter();
  Result<void> update(ByteView bytes);
  Result<void> finish();

 private:
  Result<void> run(int flush);
  ByteSink sink_;
  std::unique_ptr<z_stream_s> stream_;
  ByteVector out_;
};

}  // namespace reconcile::buffer
