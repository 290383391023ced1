#include "reconciler/buffer/gzip_check.h"

#include <algorithm>

#include <fmt/core.h>
#include <zlib.h>

#include "reconciler/base/invariant.h"
#include "reconciler/base/units.h"

namespace reconcile::buffer {
namespace {

constexpr std::size_t kOutBytes = 128 << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib.h, inflateInit2: "only decode the gzip format"
constexpr std::uint8_t kMagic = 0x1f;

}  // namespace

GzipCheck::GzipCheck(std::unique_ptr<ContentCheck> content, GzipLimits limits)
    : content_(std::move(content)), limits_(limits), stream_(std::make_unique<z_stream>()), out_(kOutBytes) {
  INVARIANT(inflateInit2(stream_.get(), kGzipOnly) == Z_OK);
}

GzipCheck::~GzipCheck() { inflateEnd(stream_.get()); }

Result<void> GzipCheck::update(ByteView bytes) {
  while (!bytes.empty()) {
    if (place_ == Place::kBetween || place_ == Place::kPadding) {
      const bool member = place_ == Place::kBetween && bytes.front() == kMagic;
      if (!member && bytes.front() != 0)
        return damaged(fmt::format("trailing bytes after the gzip data, at byte {}", print_count(position_)));
      place_ = member ? Place::kMember : Place::kPadding;
      if (!member) {
        bytes = bytes.subspan(1);
        ++position_;
        continue;
      }
      INVARIANT(inflateReset(stream_.get()) == Z_OK);
    }
    std::size_t taken = 0;
    TRY(inflate_some(bytes, taken));
    position_ += taken;
    bytes = bytes.subspan(taken);
  }
  return {};
}

/// Until the input or the member ends.
Result<void> GzipCheck::inflate_some(ByteView bytes, std::size_t& taken) {
  place_ = Place::kMember;
  const std::size_t given = std::min<std::size_t>(bytes.size(), 1u << 30);  // zlib counts in 32 bits
  stream_->next_in = const_cast<Bytef*>(bytes.data());
  stream_->avail_in = static_cast<uInt>(given);
  for (;;) {
    stream_->next_out = out_.data();
    stream_->avail_out = static_cast<uInt>(out_.size());
    const int code = inflate(stream_.get(), Z_NO_FLUSH);
    taken = given - stream_->avail_in;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      return damaged(fmt::format("damaged gzip at byte {}: {}", print_count(position_ + taken),
                                 stream_->msg ? stream_->msg : "not in this format"));
    const std::size_t made = out_.size() - stream_->avail_out;
    inflated_ += made;
    if (inflated_ > limits_.suspicious_bytes && inflated_ / limits_.ratio_max > position_ + taken)
      return damaged(
          fmt::format("gzip expands more than {} times within {} bytes: not data that readers could open",
                      limits_.ratio_max, print_count(position_ + taken)));
    if (content_ && made > 0) {
      const Result<void> inside = content_->update({out_.data(), made});
      if (!inside) return fail(within("inside", inside.error()));
    }
    if (code == Z_STREAM_END) {
      place_ = Place::kBetween;
      return {};
    }
    if (stream_->avail_out > 0) return {};  // everything given was used
  }
}

Result<void> GzipCheck::finish() {
  if (place_ == Place::kStart) return damaged("empty file");
  if (place_ == Place::kMember)
    return damaged(fmt::format("truncated gzip at byte {}", print_count(position_)));
  if (!content_) return {};
  const Result<void> inside = content_->finish();
  if (!inside) return fail(within("inside", inside.error()));
  return {};
}

}  // namespace reconcile::buffer
