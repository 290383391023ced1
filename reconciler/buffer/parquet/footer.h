#pragma once
// FileMetaData, the Thrift structure at the end of a Parquet file: the parts that tell whether the file is
// whole.

#include <cstdint>
#include <string>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"

namespace reconcile::buffer {

struct ParquetFooter {
  std::uint64_t rows = 0;
  std::uint64_t row_groups = 0;
  std::uint64_t columns = 0;  ///< leaves of the schema
  std::string codec;  ///< of the first column chunk: "SNAPPY", "UNCOMPRESSED", …; empty without row groups
};

/// `footer_start` is the file offset at which the footer begins, and thus where the data end. Checked: the
/// schema is a tree; every row group has one chunk for each leaf; rows add up; each chunk lies between the
/// magic and the footer. Errors are kCorrupt. Field numbers: parquet.thrift of the format's repository,
/// version 2.10.
Result<ParquetFooter> parse_parquet_footer(ByteView footer, std::uint64_t footer_start);

}  // namespace reconcile::buffer
