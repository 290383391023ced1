#pragma once
// gzip (RFC 1952): every member inflated, CRC-32 and length checked, nothing behind the last one.

#include <memory>

#include "reconciler/buffer/content_check.h"

struct z_stream_s;

namespace reconcile::buffer {

struct GzipLimits {
  /// deflate reaches about 1,032 : 1 on zeros; text stays far below this. Judged only past
  /// `suspicious_bytes`.
  std::uint64_t ratio_max = 500;
  std::uint64_t suspicious_bytes = 1ull << 30;
};

/// Zero padding behind the last member is accepted, as gzip(1) does; other bytes there are not.
class GzipCheck final : public ContentCheck {
 public:
  /// `content` looks at the inflated bytes; may be null. Its errors come back with "inside: " in front.
  explicit GzipCheck(std::unique_ptr<ContentCheck> content = nullptr, GzipLimits limits = {});
  ~GzipCheck() override;
  Result<void> update(ByteView bytes) override;
  Result<void> finish() override;
  /// Bytes that came out so far.
  std::uint64_t inflated() const { return inflated_; }

 private:
  enum class Place { kStart, kMember, kBetween, kPadding };
  Result<void> inflate_some(ByteView bytes, std::size_t& taken);

  std::unique_ptr<ContentCheck> content_;
  GzipLimits limits_;
  std::unique_ptr<z_stream_s> stream_;
  ByteVector out_;
  Place place_ = Place::kStart;
  std::uint64_t position_ = 0, inflated_ = 0;
};

}  // namespace reconcile::buffer
