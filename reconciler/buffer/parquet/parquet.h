#pragma once
// Is a file a whole Parquet file? Reads its first 4 bytes and its end, never the data.

#include <functional>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile::buffer {

/// Exactly `length` bytes from `offset`, or an error.
using ReadAt = std::function<Result<ByteVector>(std::uint64_t offset, std::size_t length)>;

/// A footer above this is refused unread: 2,000,000 rows of 33 columns need about 1 MiB.
inline constexpr std::uint64_t kParquetFooterBytesMax = 64ull << 20;

/// kCorrupt: damaged, with the place. Other faults are those of `read`.
Result<ContainerInfo> check_parquet(const ReadAt& read, Bytes size);
/// The same for a file in memory.
Result<ContainerInfo> check_parquet(ByteView file);

}  // namespace reconcile::buffer
