#include "reconciler/buffer/gzip_writer.h"

#include <zlib.h>

#include "reconciler/base/invariant.h"

namespace reconcile::buffer {
namespace {

constexpr std::size_t kOutBytes = 128 << 10;
constexpr int kLevel = 6;
constexpr int kMemory = 8;       // zlib's own default
constexpr int kOsUnknown = 255;  // RFC 1952, 2.3.1: OS

}  // namespace

GzipWriter::GzipWriter(ByteSink sink)
    : sink_(std::move(sink)), stream_(std::make_unique<z_stream>()), out_(kOutBytes) {
  INVARIANT(deflateInit2(stream_.get(), kLevel, Z_DEFLATED, 16 + MAX_WBITS, kMemory, Z_DEFAULT_STRATEGY) ==
            Z_OK);
  gz_header header{};
  header.os = kOsUnknown;
  // zlib keeps the pointer until the header is written: write it now, while `header` lives.
  INVARIANT(deflateSetHeader(stream_.get(), &header) == Z_OK);
  stream_->next_out = out_.data();
  stream_->avail_out = static_cast<uInt>(out_.size());
  INVARIANT(deflate(stream_.get(), Z_NO_FLUSH) != Z_STREAM_ERROR);
}

GzipWriter::~GzipWriter() { deflateEnd(stream_.get()); }

Result<void> GzipWriter::update(ByteView bytes) {
  constexpr std::size_t kPiece = 1u << 30;  // zlib counts in 32 bits
  while (!bytes.empty()) {
    const ByteView piece = bytes.subspan(0, std::min(bytes.size(), kPiece));
    stream_->next_in = const_cast<Bytef*>(piece.data());
    stream_->avail_in = static_cast<uInt>(piece.size());
    TRY(run(Z_NO_FLUSH));
    bytes = bytes.subspan(piece.size());
  }
  return {};
}

Result<void> GzipWriter::finish() { return run(Z_FINISH); }

Result<void> GzipWriter::run(int flush) {
  for (;;) {
    const int code = deflate(stream_.get(), flush);
    INVARIANT(code != Z_STREAM_ERROR);
    const bool more = stream_->avail_out == 0;
    if (more || code == Z_STREAM_END) {
      TRY(sink_({out_.data(), out_.size() - stream_->avail_out}));
      stream_->next_out = out_.data();
      stream_->avail_out = static_cast<uInt>(out_.size());
    }
    if (code == Z_STREAM_END || (flush == Z_NO_FLUSH && !more)) return {};
  }
}

}  // namespace reconcile::buffer
