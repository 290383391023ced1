#include "reconciler/verify/container.h"

#include "reconciler/buffer/names.h"
#include "reconciler/buffer/parquet/parquet.h"

namespace reconcile::verify {
namespace {

constexpr std::size_t kHeadBytes = 4;  // Parquet's magic

}  // namespace

ContainerStream::ContainerStream(std::string_view name)
    : kind_(buffer::container_of(name)), check_(buffer::content_check_for(name)) {}

void ContainerStream::update(std::string_view piece) {
  size_ += piece.size();
  if (check_ && !damage_) {
    if (const Result<void> fine = check_->update(view_of(piece)); !fine) damage_ = fine.error();
  }
  if (kind_ != Container::kParquet) return;
  if (head_.size() < kHeadBytes) head_ += piece.substr(0, kHeadBytes - head_.size());
  if (piece.size() > kTailBytes) piece.remove_prefix(piece.size() - kTailBytes);
  tail_ += piece;
  if (tail_.size() > 2 * kTailBytes)
    tail_.erase(0, tail_.size() - kTailBytes);  // moves each byte once at most
}

Result<ContainerInfo> ContainerStream::finish() {
  if (damage_) return fail(*damage_);
  if (kind_ == Container::kParquet) return finish_parquet();
  if (check_) TRY(check_->finish());
  return ContainerInfo{.kind = kind_};
}

Result<ContainerInfo> ContainerStream::finish_parquet() const {
  const std::uint64_t tail_at = size_ - tail_.size();
  const auto read = [&](std::uint64_t offset, std::size_t length) -> Result<ByteVector> {
    const auto cut = [length](const std::string& from, std::uint64_t at) {
      const ByteView bytes = view_of(from).subspan(at, length);
      return ByteVector(bytes.begin(), bytes.end());
    };
    if (offset + length <= head_.size()) return cut(head_, offset);
    if (offset >= tail_at && offset + length <= size_) return cut(tail_, offset - tail_at);
    return fail(Fault::kUnsupported, "its Parquet footer is longer than 4 MiB and was not opened",
                "open it with a Parquet reader");
  };
  return buffer::check_parquet(read, Bytes(size_));
}

}  // namespace reconcile::verify
