#include "reconciler/buffer/parquet/footer.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/content_check.h"
#include "reconciler/buffer/parquet/thrift.h"

namespace reconcile::buffer {
namespace {

constexpr std::uint64_t kMagicBytes = 4;
// parquet.thrift, enum CompressionCodec.
constexpr std::array<const char*, 8> kCodecs{"UNCOMPRESSED", "SNAPPY", "GZIP", "LZO",
                                             "BROTLI",       "LZ4",    "ZSTD", "LZ4_RAW"};

std::string codec_name(std::int64_t codec) {
  if (codec >= 0 && codec < static_cast<std::int64_t>(kCodecs.size()))
    return kCodecs[static_cast<std::size_t>(codec)];
  return fmt::format("CODEC_{}", codec);
}

/// A required field that may be missing in a damaged file.
using Number = std::optional<std::int64_t>;

Result<bool> take(ThriftReader& in, const ThriftField& field, Number& into) {
  TRY_ASSIGN(into, in.integer(field.type));
  return true;
}

/// Visits each element of a list field whose elements are structs.
template <class Visit>
Result<bool> each_struct(ThriftReader& in, const ThriftField& field, const Visit& visit) {
  if (field.type != ThriftType::kList) return in.wrong("a list was expected");
  TRY_ASSIGN(const ThriftList list, in.list());
  if (list.count > 0 && list.element != ThriftType::kStruct)
    return in.wrong("a list of structs was expected");
  for (std::uint32_t i = 0; i < list.count; ++i) TRY(visit(i));
  return true;
}

// ---- the schema: a tree in depth-first order

class SchemaWalk {
 public:
  Result<void> element(ThriftReader& in) {
    if (seen_ > 0 && open_ == 0) return in.wrong("schema element outside of the tree");
    Number children, type;
    TRY(read_struct(in, [&](const ThriftField& field) -> Result<bool> {
      if (field.id == 1) return take(in, field, type);
      if (field.id == 5) return take(in, field, children);
      return false;
    }));
    if (children && *children < 0) return in.wrong("negative number of schema children");
    if (children && *children > 0 && type) return in.wrong("schema element is both leaf and group");
    // `open_` counts the elements still to come; each can have at most as many as the footer has bytes.
    const std::uint64_t more = children ? static_cast<std::uint64_t>(*children) : 0;
    if (more > in.left()) return in.wrong("more schema children than the footer can hold");
    open_ = (seen_ == 0 ? 0 : open_ - 1) + more;
    if (seen_ > 0 && more == 0 && type) ++leaves_;
    ++seen_;
    return {};
  }
  Result<std::uint64_t> leaves(const ThriftReader& in) const {
    if (seen_ == 0 || open_ != 0) return in.wrong("incomplete schema");
    return leaves_;
  }

 private:
  std::uint64_t seen_ = 0, open_ = 0, leaves_ = 0;
};

// ---- row groups and their column chunks

struct Chunk {
  Number codec, values, compressed, data_page, dictionary_page;
  bool described = false, encrypted = false, elsewhere = false;
};

Result<void> read_column_metadata(ThriftReader& in, Chunk& chunk) {
  return read_struct(in, [&](const ThriftField& field) -> Result<bool> {
    switch (field.id) {
      case 4:
        return take(in, field, chunk.codec);
      case 5:
        return take(in, field, chunk.values);
      case 7:
        return take(in, field, chunk.compressed);
      case 9:
        return take(in, field, chunk.data_page);
      case 11:
        return take(in, field, chunk.dictionary_page);
      default:
        return false;
    }
  });
}

Result<Chunk> read_chunk(ThriftReader& in) {
  Chunk chunk;
  const Result<void> read = read_struct(in, [&](const ThriftField& field) -> Result<bool> {
    if (field.id == 1) chunk.elsewhere = true;
    if (field.id == 8) chunk.encrypted = true;
    if (field.id != 3) return false;
    if (field.type != ThriftType::kStruct) return in.wrong("a struct was expected");
    chunk.described = true;
    TRY(read_column_metadata(in, chunk));
    return true;
  });
  TRY(read);
  return chunk;
}

Result<void> check_chunk(const Chunk& chunk, const std::string& where, std::uint64_t footer_start) {
  if (chunk.elsewhere) return damaged(where + " lies in another file");
  if (!chunk.described)
    return damaged(where + (chunk.encrypted ? " is encrypted: readers cannot open it" : " is not described"));
  if (!chunk.codec || !chunk.values || !chunk.compressed || !chunk.data_page)
    return damaged(where + " lacks its offset, size, codec or number of values");
  const std::int64_t size = *chunk.compressed;
  // Old writers set the dictionary's offset to 0 where there is none.
  const bool dictionary = chunk.dictionary_page && *chunk.dictionary_page > 0;
  const std::int64_t start =
      dictionary ? std::min(*chunk.dictionary_page, *chunk.data_page) : *chunk.data_page;
  if (size == 0 && *chunk.values == 0) return {};
  const auto end = static_cast<std::int64_t>(footer_start);
  if (start < static_cast<std::int64_t>(kMagicBytes) || size <= 0 || start > end || size > end - start ||
      *chunk.data_page >= end || *chunk.values < 0)
    return damaged(fmt::format("{} (offset {}, {} bytes) lies outside of the data, which end at byte {}",
                               where, start, size, print_count(footer_start)));
  return {};
}

struct Totals {
  std::uint64_t groups = 0, rows = 0, columns = 0;
  std::string codec;
};

Result<void> read_row_group(ThriftReader& in, std::uint64_t footer_start, Totals& totals) {
  Number rows;
  std::uint64_t chunks = 0;
  const Result<void> read = read_struct(in, [&](const ThriftField& field) -> Result<bool> {
    if (field.id == 3) return take(in, field, rows);
    if (field.id != 1) return false;
    return each_struct(in, field, [&](std::uint32_t column) -> Result<void> {
      TRY_ASSIGN(const Chunk chunk, read_chunk(in));
      ++chunks;
      TRY(check_chunk(chunk, fmt::format("column {} of row group {}", column + 1, totals.groups + 1),
                      footer_start));
      if (totals.codec.empty()) totals.codec = codec_name(*chunk.codec);
      return {};
    });
  });
  TRY(read);
  if (!rows || *rows < 0) return in.wrong("row group without its number of rows");
  if (chunks != totals.columns)
    return in.wrong(fmt::format("row group {} has {} column chunks, the schema {} columns", totals.groups + 1,
                                chunks, totals.columns));
  ++totals.groups;
  if (__builtin_add_overflow(totals.rows, static_cast<std::uint64_t>(*rows), &totals.rows))
    return in.wrong("too many rows");
  return {};
}

}  // namespace

Result<ParquetFooter> parse_parquet_footer(ByteView footer, std::uint64_t footer_start) {
  if (footer_start > static_cast<std::uint64_t>(INT64_MAX)) return damaged("Parquet footer beyond any file");
  ThriftReader in(footer);
  Number version, rows;
  SchemaWalk schema;
  Totals totals;
  bool schema_seen = false, groups_seen = false, is_signed = false;
  const Result<void> read = read_struct(in, [&](const ThriftField& field) -> Result<bool> {
    if (field.id == 1) return take(in, field, version);
    if (field.id == 3) return take(in, field, rows);
    if (field.id == 2 && !schema_seen) {
      schema_seen = true;
      TRY(each_struct(in, field, [&](std::uint32_t) { return schema.element(in); }));
      TRY_ASSIGN(totals.columns, schema.leaves(in));
      return true;
    }
    if (field.id == 4 && !groups_seen) {
      if (!schema_seen) return in.wrong("row groups before the schema");
      groups_seen = true;
      return each_struct(in, field, [&](std::uint32_t) { return read_row_group(in, footer_start, totals); });
    }
    if (field.id == 8) is_signed = true;  // encryption_algorithm: a signature follows the structure
    if (field.id == 2 || field.id == 4) return in.wrong("schema or row groups given twice");
    return false;
  });
  TRY(read);
  if (in.left() != 0 && !is_signed) return in.wrong("bytes after the metadata");
  if (!version || !rows || !schema_seen || !groups_seen || *rows < 0)
    return damaged("Parquet footer lacks version, schema, number of rows or row groups");
  if (static_cast<std::uint64_t>(*rows) != totals.rows)
    return damaged(fmt::format("Parquet footer counts {} rows, its row groups {}", *rows, totals.rows));
  return ParquetFooter{totals.rows, totals.groups, totals.columns, totals.codec};
}

}  // namespace reconcile::buffer
