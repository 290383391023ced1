#include "reconciler/chain/metadata/value.h"

#include "tests/chain/support/runtime.h"
#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile::chain {
namespace {

using testing::hex;
using testing::MetadataBuilder;

Metadata built(const MetadataBuilder& builder) { return Metadata::decode(builder.build()).value(); }

TEST(Value, DecodesEveryKindOfType) {
  MetadataBuilder b;
  const TypeId u8 = b.primitive(Primitive::kU8), u16 = b.primitive(Primitive::kU16),
               i16 = b.primitive(Primitive::kI16);
  const TypeId u128 = b.primitive(Primitive::kU128), text = b.primitive(Primitive::kStr);
  const TypeId yes = b.primitive(Primitive::kBool), bytes = b.sequence(u8), list = b.sequence(u16);
  const TypeId bits = b.bits(u8, b.tuple({}));
  const TypeId kind = b.variant("Kind", {{"Left", 0, {}, {}}, {"Right", 7, {{"side", u8}}, {}}});
  const TypeId all = b.composite("All", {{"small", u8},
                                         {"minus", i16},
                                         {"wide", u128},
                                         {"text", text},
                                         {"yes", yes},
                                         {"bytes", bytes},
                                         {"list", list},
                                         {"kind", kind},
                                         {"compact", b.compact(u128)},
                                         {"bits", bits},
                                         {"pair", b.tuple({u8, u8})}});
  const Metadata metadata = built(b);
  Writer out;
  out.u8(5).u16(0xfffe).u64(1).u64(2).byte_string(view_of("hi")).u8(1).byte_string(ByteVector{9, 8});
  out.compact(2).u16(1).u16(2).u8(7).u8(3).compact(300).compact(9).u8(0xff).u8(0x01).u8(1).u8(2);
  const Value value = decode_whole(metadata, all, out.view()).value();
  EXPECT_EQ(value.find("small")->integer, 5u);
  EXPECT_EQ(static_cast<std::int64_t>(value.find("minus")->integer), -2);
  EXPECT_EQ(to_hex(value.find("wide")->bytes), "01000000000000000200000000000000");
  EXPECT_EQ(value.find("text")->name, "hi");
  EXPECT_EQ(value.find("yes")->kind, Value::Kind::kBool);
  EXPECT_EQ(value.find("bytes")->bytes, (ByteVector{9, 8}));
  EXPECT_EQ(value.find("list")->items.size(), 2u);
  EXPECT_EQ(value.find("kind")->name, "Right");
  EXPECT_EQ(value.find("kind")->find("side")->integer, 3u);
  EXPECT_EQ(value.find("compact")->integer, 300u);
  EXPECT_EQ(value.find("bits")->integer, 9u);
  EXPECT_EQ(value.find("pair")->items[1].integer, 2u);
  EXPECT_EQ(value.find("absent"), nullptr);
  EXPECT_EQ(value.find("pair")->end, out.view().size());
  for (std::size_t size = 0; size < out.view().size(); ++size) {
    EXPECT_FALSE(decode_whole(metadata, all, ByteView(out.view()).first(size))) << size;
  }
}

TEST(Value, CompactsWiderThanTheirTypeKeepTheirBytes) {
  MetadataBuilder b;
  const TypeId compact = b.compact(b.primitive(Primitive::kU128));
  const Metadata metadata = built(b);
  const Value value = decode_whole(metadata, compact, hex(std::string("17000000000000000001"))).value();
  EXPECT_EQ(value.kind, Value::Kind::kWide);
  EXPECT_EQ(value.bytes.size(), 9u);
  EXPECT_FALSE(decode_whole(metadata, compact, ByteVector(18, 0x37)));  // 17 bytes of number
}

TEST(Value, AnUnknownVariantIsAnErrorThatNamesIt) {
  MetadataBuilder b;
  const TypeId kind = b.variant("Kind", {{"Left", 0, {}, {}}});
  const auto value = decode_whole(built(b), kind, ByteVector{137});
  ASSERT_FALSE(value);
  EXPECT_NE(value.error().cause.find("variant 137 is not in the metadata"), std::string::npos);
}

TEST(Value, TypesThatContainThemselvesEndInAnError) {
  MetadataBuilder b;
  const TypeId itself = b.composite("Itself", {{"", b.next()}});
  const TypeId boxed = b.variant("Boxed", {{"More", 0, {{"", b.next()}}, {}}});
  const TypeId compact = b.compact(b.next());
  const Metadata metadata = built(b);
  EXPECT_FALSE(decode_whole(metadata, itself, {}));
  EXPECT_FALSE(decode_whole(metadata, boxed, ByteVector(100'000, 0)));
  EXPECT_FALSE(decode_whole(metadata, compact, {}));
  EXPECT_TRUE(decode_whole(metadata, compact, ByteVector{4}));
}

TEST(Value, ATowerOfPairsOfNoSizeEndsInAnError) {
  MetadataBuilder b;
  TypeId top = b.tuple({});
  for (int i = 0; i < 60; ++i) top = b.tuple({top, top});  // 2^60 parts, no byte
  const Metadata metadata = built(b);
  EXPECT_FALSE(decode_whole(metadata, top, {}));
  EXPECT_TRUE(metadata.is_zero_sized(top));
}

TEST(Value, CountsAndLengthsBeyondTheBytesEndInAnError) {
  MetadataBuilder b;
  const TypeId u8 = b.primitive(Primitive::kU8), unit = b.tuple({});
  const TypeId nothings = b.sequence(unit), bytes = b.sequence(u8), block = b.array(0xffffffff, u8);
  const TypeId nothing_block = b.array(0xffffffff, unit), bits = b.bits(u8, unit);
  const Metadata metadata = built(b);
  const ByteVector huge = Writer().compact(0xffffffffffffffff).take();
  for (TypeId id : {nothings, bytes, bits}) EXPECT_FALSE(decode_whole(metadata, id, huge)) << id;
  for (TypeId id : {block, nothing_block}) EXPECT_FALSE(decode_whole(metadata, id, {})) << id;
  EXPECT_EQ(decode_whole(metadata, nothings, Writer().compact(3).take()).value().items.size(), 3u);
}

RC_GTEST_PROP(Value, ArbitraryBytesNeverCrash, (const ByteVector& bytes)) {
  static const auto runtime = testing::make_runtime();
  static const Metadata metadata = runtime.metadata();
  const auto value = decode_whole(metadata, runtime.types.registration, bytes);
  if (value) RC_ASSERT(value->end == bytes.size());
}

}  // namespace
}  // namespace reconcile::chain
