#include "reconciler/buffer/parquet/parquet.h"

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/content_check.h"
#include "reconciler/buffer/parquet/footer.h"

namespace reconcile::buffer {
namespace {

// Parquet format, "File format": magic, data, footer, footer length (4 bytes, little-endian), magic.
constexpr std::string_view kMagic = "PAR1";
constexpr std::string_view kEncryptedMagic = "PARE";
constexpr std::uint64_t kTailBytes = 8;
constexpr std::uint64_t kSmallest = 12;

std::uint32_t little_endian32(ByteView bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

}  // namespace

Result<ContainerInfo> check_parquet(const ReadAt& read, Bytes size) {
  const std::uint64_t end = size.get();
  if (end < kSmallest) return damaged(fmt::format("{} bytes are too few for Parquet", end));
  TRY_ASSIGN(const ByteVector head, read(0, kMagic.size()));
  TRY_ASSIGN(const ByteVector tail, read(end - kTailBytes, kTailBytes));
  const std::string_view closing = text_of(tail).substr(4);
  if (closing == kEncryptedMagic)
    return damaged("Parquet with an encrypted footer (PARE): readers cannot open it");
  if (text_of(head) != kMagic) return damaged("not Parquet: it does not begin with PAR1");
  if (closing != kMagic) return damaged("Parquet without its footer: it does not end with PAR1");
  const std::uint64_t length = little_endian32(tail);
  if (length > end - kSmallest)
    return damaged(
        fmt::format("Parquet footer of {} bytes in a file of {}", print_count(length), print_count(end)));
  if (length > kParquetFooterBytesMax)
    return damaged(fmt::format("Parquet footer of {} bytes, more than the {} that are read",
                               print_count(length), print_count(kParquetFooterBytesMax)));
  const std::uint64_t footer_start = end - kTailBytes - length;
  TRY_ASSIGN(const ByteVector bytes, read(footer_start, static_cast<std::size_t>(length)));
  const Result<ParquetFooter> footer = parse_parquet_footer(bytes, footer_start);
  if (!footer) return fail(within("Parquet", footer.error()));
  ContainerInfo info;
  info.kind = Container::kParquet;
  info.rows = footer->rows;
  info.row_groups = footer->row_groups;
  info.columns = footer->columns;
  info.codec = footer->codec;
  return info;
}

Result<ContainerInfo> check_parquet(ByteView file) {
  return check_parquet(
      [&](std::uint64_t offset, std::size_t length) -> Result<ByteVector> {
        if (offset > file.size() || length > file.size() - offset) return damaged("cut short");
        const ByteView part = file.subspan(static_cast<std::size_t>(offset), length);
        return ByteVector(part.begin(), part.end());
      },
      Bytes(file.size()));
}

}  // namespace reconcile::buffer
