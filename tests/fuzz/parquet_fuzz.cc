// The Parquet reader on any bytes, as a whole file and as a footer alone: no crash, work linear in the input,
// and a file that lost its last byte is never whole.
#include "tests/fuzz/fuzz.h"

#include "reconciler/buffer/parquet/footer.h"
#include "reconciler/buffer/parquet/parquet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reconcile;
  const ByteView bytes(data, size);
  const Result<ContainerInfo> file = buffer::check_parquet(bytes);
  law(file || file.error().fault == Fault::kCorrupt, "any bytes are whole or damaged, nothing else");
  if (file) {
    law(file->rows && file->columns && file->row_groups, "a whole file has its counts");
    law(file->codec.empty() == (*file->row_groups == 0 || *file->columns == 0), "a column chunk has a codec");
    const Result<ContainerInfo> cut = buffer::check_parquet(bytes.first(size - 1));
    law(!cut || cut->codec != file->codec || size < 13, "a cut file is not the same whole file");
  }
  constexpr std::uint64_t kDataEnd = 1 << 20;
  const Result<buffer::ParquetFooter> footer = buffer::parse_parquet_footer(bytes, kDataEnd);
  if (footer) law(footer->row_groups <= size && footer->columns <= size, "counts need bytes");
  return 0;
}
