#include "reconciler/buffer/parquet/parquet.h"

#include "tests/buffer/footer_builder.h"
#include "tests/buffer/support.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/buffer/parquet/footer.h"
#include "reconciler/buffer/parquet/thrift.h"

namespace reconcile::buffer {
namespace {

using test::ChunkText;
using test::FooterText;
using test::sample;
using test::ThriftText;

std::string verdict(std::string_view file) {
  const Result<ContainerInfo> info = check_parquet(view_of(file));
  if (info) return "";
  EXPECT_EQ(info.error().fault, Fault::kCorrupt);
  return info.error().cause;
}

// What two independent readers said about the samples when they were made (tests/tools/quickstart-data).
TEST(Parquet, ReadsWhatOtherWritersWrote) {
  const auto info = [](const std::string& path) { return *check_parquet(view_of(sample(path))); };
  EXPECT_EQ(info(test::kRedditParquet), (ContainerInfo{Container::kParquet, 600, 3, 17, "SNAPPY"}));
  EXPECT_EQ(info(test::kXParquet), (ContainerInfo{Container::kParquet, 400, 3, 33, "SNAPPY"}));
  EXPECT_EQ(info("tests/buffer/data/uncompressed.parquet"),
            (ContainerInfo{Container::kParquet, 40, 3, 17, "UNCOMPRESSED"}));
  EXPECT_EQ(info("tests/buffer/data/rust_zstd.parquet"),
            (ContainerInfo{Container::kParquet, 40, 2, 17, "ZSTD"}));
  EXPECT_EQ(info("tests/buffer/data/rust_gzip.parquet"),
            (ContainerInfo{Container::kParquet, 40, 2, 17, "GZIP"}));
  EXPECT_EQ(info("tests/buffer/data/nested.parquet"),
            (ContainerInfo{Container::kParquet, 3, 1, 2, "SNAPPY"}));
  EXPECT_EQ(info("tests/buffer/data/zero_rows.parquet").rows, 0u);
}

TEST(Parquet, EveryCutIsNoticed) {
  const std::string whole = sample("tests/buffer/data/rust_zstd.parquet");
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    ASSERT_NE(verdict(std::string_view(whole).substr(0, cut)), "") << cut;
}

TEST(Parquet, NamesWhatIsWrongWithTheEnds) {
  const std::string whole = sample("tests/buffer/data/nested.parquet");
  const auto with = [&](std::size_t at, const std::string& bytes) {
    std::string out = whole;
    return out.replace(at, bytes.size(), bytes);
  };
  const std::size_t end = whole.size();
  EXPECT_EQ(verdict(with(0, "RIFF")), "not Parquet: it does not begin with PAR1");
  EXPECT_EQ(verdict(with(end - 4, "PAR2")), "Parquet without its footer: it does not end with PAR1");
  EXPECT_EQ(verdict(with(end - 4, "PARE")),
            "Parquet with an encrypted footer (PARE): readers cannot open it");
  EXPECT_EQ(verdict(with(end - 8, "\xff\xff\xff\xff")),
            "Parquet footer of 4,294,967,295 bytes in a file of 292");
  EXPECT_NE(verdict(with(end - 8, std::string(4, '\0'))), "");
  EXPECT_EQ(verdict("PAR1PAR1"), "8 bytes are too few for Parquet");
  EXPECT_NE(verdict(std::string("PAR1\0\0\0\0PAR1", 12)), "") << "an empty footer";
}

TEST(Parquet, AHugeFooterIsNotEvenRead) {
  std::uint64_t asked = 0;
  const std::uint32_t length = 0x7fffffff;
  const ReadAt read = [&](std::uint64_t offset, std::size_t bytes) -> Result<ByteVector> {
    asked = std::max<std::uint64_t>(asked, bytes);
    std::string out(bytes, '\0');
    if (offset == 0) out = "PAR1";
    if (bytes == 8) out = std::string(reinterpret_cast<const char*>(&length), 4) + "PAR1";
    return ByteVector(out.begin(), out.end());
  };
  const Result<ContainerInfo> info = check_parquet(read, Bytes(1ull << 40));
  ASSERT_FALSE(info);
  EXPECT_NE(info.error().cause.find("more than the 67,108,864 that are read"), std::string::npos);
  EXPECT_EQ(asked, 8u);
}

TEST(Parquet, ErrorsOfTheDiskAreNotDamage) {
  const Result<ContainerInfo> info = check_parquet(
      [](std::uint64_t, std::size_t) -> Result<ByteVector> {
        return fail(Fault::kInternal, "EIO", "check the disk");
      },
      Bytes(1000));
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().fault, Fault::kInternal);
}

constexpr std::uint64_t kDataEnd = 44;  // data of 40 bytes behind the magic

std::string footer_verdict(const FooterText& footer) {
  const std::string bytes = footer.str();
  const Result<ParquetFooter> parsed = parse_parquet_footer(view_of(bytes), kDataEnd);
  return parsed ? "" : parsed.error().cause;
}

/// Each change alone must be noticed.
TEST(ParquetFooter, EveryFieldMatters) {
  ASSERT_EQ(footer_verdict({}), "") << "the footer that the changes start from";
  const std::vector<std::pair<std::string, std::function<void(FooterText&)>>> changes{
      {"lacks version", [](FooterText& f) { f.version.reset(); }},
      {"lacks version, schema, number of rows", [](FooterText& f) { f.rows.reset(); }},
      {"row groups before the schema", [](FooterText& f) { f.with_schema = false; }},
      {"or row groups", [](FooterText& f) { f.with_groups = false; }},
      {"counts 11 rows, its row groups 10", [](FooterText& f) { f.rows = 11; }},
      {"counts 10 rows, its row groups 9", [](FooterText& f) { f.group_rows = 9; }},
      {"lacks version", [](FooterText& f) { f.rows = -1; }},
      {"without its number of rows", [](FooterText& f) { f.group_rows = -1; }},
      {"without its number of rows", [](FooterText& f) { f.group_rows.reset(); }},
      {"has 2 column chunks, the schema 1", [](FooterText& f) { f.chunks.resize(2); }},
      {"has 0 column chunks, the schema 1", [](FooterText& f) { f.chunks.clear(); }},
      {"lies in another file", [](FooterText& f) { f.chunks[0].file = "part-1"; }},
      {"is not described", [](FooterText& f) { f.chunks[0].described = false; }},
      {"is encrypted", [](FooterText& f) { f.chunks[0].described = false, f.chunks[0].encrypted = true; }},
      {"lacks its offset", [](FooterText& f) { f.chunks[0].codec.reset(); }},
      {"lacks its offset", [](FooterText& f) { f.chunks[0].values.reset(); }},
      {"lacks its offset", [](FooterText& f) { f.chunks[0].compressed.reset(); }},
      {"lacks its offset", [](FooterText& f) { f.chunks[0].data_page.reset(); }},
      {"lies outside", [](FooterText& f) { f.chunks[0].compressed = 41; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].compressed = 0; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].compressed = -40; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].compressed = INT64_MAX; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].data_page = 3; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].data_page = 5; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].data_page = INT64_MAX; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].data_page = INT64_MIN; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].dictionary_page = 3; }},
      {"lies outside", [](FooterText& f) { f.chunks[0].values = -1; }},
      {"bytes after the metadata", [](FooterText& f) { f.extra = std::string("\0junk", 5); }},
      {"incomplete schema", [](FooterText& f) { f.schema.pop_back(); }},
      {"incomplete schema", [](FooterText& f) { f.schema.clear(); }},
      {"outside of the tree", [](FooterText& f) { f.schema.push_back(f.schema[1]); }},
      {"negative number of schema children",
       [](FooterText& f) { f.schema[0] = ThriftText().number(5, -1).end(); }},
      {"more schema children than",
       [](FooterText& f) { f.schema[0] = ThriftText().number(5, 1 << 30).end(); }},
      {"both leaf and group",
       [](FooterText& f) { f.schema[0] = ThriftText().number(1, 2).number(5, 1).end(); }},
      {"given twice", [](FooterText& f) { f.extra = ThriftText().structs(4, {}).end(); }},
  };
  for (const auto& [expected, change] : changes) {
    FooterText footer;
    change(footer);
    EXPECT_NE(footer_verdict(footer).find(expected), std::string::npos)
        << "expected: " << expected << "\ngot: " << footer_verdict(footer);
  }
}

TEST(ParquetFooter, WhatWritersMayDoIsAccepted) {
  FooterText dictionary, no_dictionary, empty_group, unknown_codec, unknown_fields;
  dictionary.chunks[0].dictionary_page = 4;
  dictionary.chunks[0].data_page = 20;
  no_dictionary.chunks[0].dictionary_page = 0;
  empty_group.chunks[0] = ChunkText{1, 0, 0, 0, {}, true, false, ""};
  empty_group.rows = empty_group.group_rows = 0;
  unknown_codec.chunks[0].codec = 99;
  unknown_fields.extra =
      ThriftText().text(6, "a writer").nested(99, ThriftText().number(1, 7).end()).raw("").end();
  unknown_fields.extra.pop_back();
  for (const FooterText& footer : {dictionary, no_dictionary, empty_group, unknown_codec, unknown_fields})
    EXPECT_EQ(footer_verdict(footer), "");
  EXPECT_EQ(parse_parquet_footer(view_of(unknown_codec.str()), kDataEnd)->codec, "CODEC_99");
}

TEST(ParquetFooter, RowCountsThatOverflowAreRefused) {
  FooterText footer;
  footer.group_rows = footer.rows = INT64_MAX;
  const std::string group = footer.str();
  // Three groups of 2^63-1 rows do not fit into 64 bits.
  const std::string one = ThriftText().structs(1, {ChunkText().str()}).number(3, INT64_MAX).end();
  const std::string bytes =
      ThriftText().number(1, 1).structs(2, footer.schema).number(3, 5).structs(4, {one, one, one}).end();
  const Result<ParquetFooter> parsed = parse_parquet_footer(view_of(bytes), kDataEnd);
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().cause.find("too many rows"), std::string::npos) << parsed.error().cause;
}

TEST(Thrift, DepthIsBounded) {
  // Field 99 is a struct that holds a struct that holds …; then lists within lists.
  const std::string structs(100'000, '\x1c'), lists = "\x19" + std::string(100'000, '\x19');
  for (const std::string& deep : {structs, lists}) {
    const Result<ParquetFooter> parsed = parse_parquet_footer(view_of("\x0c\xc6\x01" + deep), kDataEnd);
    ASSERT_FALSE(parsed);
    EXPECT_NE(parsed.error().cause.find("nested too deep"), std::string::npos) << parsed.error().cause;
  }
}

TEST(Thrift, CountsAboveTheInputAreRefusedAtOnce) {
  const std::string huge = "\xff\xff\xff\xff\x0f";
  for (const std::string& bytes :
       {"\x19\xfc" + huge, "\x1b" + huge + "\x88", "\x18" + huge, "\x1a\xf3" + huge}) {
    ThriftReader in(view_of(bytes));
    const Result<void> read = read_struct(in, [](const ThriftField&) -> Result<bool> { return false; });
    ASSERT_FALSE(read);
    EXPECT_LE(in.position(), bytes.size());
  }
}

TEST(Thrift, NumbersAtTheirLimitsSurvive) {
  for (const std::int64_t value : {INT64_MIN, INT64_MAX, std::int64_t{0}, std::int64_t{-1}}) {
    const std::string bytes = ThriftText().zigzag(value).end();
    ThriftReader in(view_of(bytes));
    EXPECT_EQ(*in.integer(ThriftType::kI64), value);
  }
  const std::string too_long(11, '\xff'), too_large = std::string(9, '\xff') + '\x02';
  for (const std::string& bytes : {too_long, too_large}) {
    ThriftReader in(view_of(bytes));
    EXPECT_FALSE(in.integer(ThriftType::kI64));
  }
}

RC_GTEST_PROP(Parquet, DamagedFootersNeverCrashAndNeverLie, ()) {
  static const std::string whole = sample("tests/buffer/data/rust_gzip.parquet");
  std::string damaged = whole;
  const std::size_t footer = 4000;  // bytes from the end within which the footer lies
  for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
    const auto at = *rc::gen::inRange(whole.size() - footer, whole.size());
    damaged[at] = static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
  }
  const Result<ContainerInfo> info = check_parquet(view_of(damaged));
  if (info)
    RC_ASSERT(info->columns == 17u || info->rows != 40u || info->row_groups != 2u || damaged != whole);
}

}  // namespace
}  // namespace reconcile::buffer
