#include "reconciler/chain/metadata/metadata.h"

#include "tests/chain/support/runtime.h"
#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>

#include "reconciler/chain/metadata/value.h"

namespace reconcile::chain {
namespace {

using testing::make_runtime;
using testing::MetadataBuilder;
using testing::vectors;

Error error_of(const Result<Metadata>& result) { return result ? Error{} : result.error(); }

TEST(Metadata, FindsTheCommitmentsPalletAsTheVectorsDescribeIt) {
  const Metadata metadata = make_runtime().metadata();
  const auto& expected = vectors()["runtimes"]["lab293_v14"]["commitments_pallet"];
  const CallShape call = metadata.call("Commitments", "set_commitment").value();
  EXPECT_EQ(call.pallet_index, expected["index"]);
  EXPECT_EQ(call.call_index, 0);
  ASSERT_EQ(call.arguments.size(), 2u);
  EXPECT_EQ(call.arguments[0].name, "netuid");
  for (const auto& error : expected["errors"]) {
    EXPECT_EQ(metadata.error(18, error[0]).value().full_name(), "Commitments." + error[1].get<std::string>());
  }
  for (const auto& event : expected["events"]) {
    EXPECT_EQ(metadata.event(18, event[0]).value().full_name(), "Commitments." + event[1].get<std::string>());
  }
  for (const auto& [name, value] : expected["constants"].items()) {
    EXPECT_EQ("0x" + to_hex(metadata.constant("Commitments", name).value()->value), value) << name;
  }
}

TEST(Metadata, SaysAnErrorsDocsInOneLine) {
  EXPECT_EQ(make_runtime().metadata().error(18, 2).value().docs(),
            "Space Limit Exceeded for the current interval");
}

TEST(Metadata, KnowsHashersDefaultsAndExtensions) {
  const Metadata metadata = make_runtime().metadata();
  const StorageShape uids = metadata.storage("SubtensorModule", "Uids").value();
  EXPECT_EQ(uids.prefix, "SubtensorModule");
  EXPECT_EQ(uids.entry->hashers, (std::vector<Hasher>{Hasher::kIdentity, Hasher::kBlake2_128Concat}));
  const StorageEntry& space = *metadata.storage("Commitments", "MaxSpace").value().entry;
  EXPECT_TRUE(space.has_default);
  EXPECT_EQ(decode_whole(metadata, space.value, space.fallback).value().integer, 3100u);
  EXPECT_EQ(metadata.extrinsic().version, 4);
  std::vector<std::string> names;
  for (const SignedExtension& extension : metadata.extrinsic().extensions)
    names.emplace_back(extension.identifier);
  EXPECT_EQ(names, testing::extensions_293());
}

TEST(Metadata, NamesWhatTheRuntimeDoesNotHave) {
  const Metadata metadata = make_runtime().metadata();
  EXPECT_EQ(metadata.pallet("Contracts").error().cause, "the runtime has no pallet Contracts");
  EXPECT_EQ(metadata.call("Commitments", "set_rate_limit").error().cause,
            "the runtime has no call Commitments.set_rate_limit");
  EXPECT_EQ(metadata.call("SubtensorModule", "x").error().fault, Fault::kUnsupported);
  EXPECT_EQ(metadata.storage("Commitments", "RateLimit").error().fault, Fault::kUnsupported);
  EXPECT_EQ(metadata.constant("Commitments", "RateLimit").error().fault, Fault::kUnsupported);
  EXPECT_EQ(metadata.error(18, 9).error().cause, "the runtime has no error 9 in pallet 18");
  EXPECT_EQ(metadata.event(99, 0).error().fault, Fault::kUnsupported);
}

TEST(Metadata, StaysValidInACopyAfterTheOriginalIsGone) {
  std::optional<Metadata> original = make_runtime().metadata();
  const Metadata copy = *original;
  original.reset();
  EXPECT_EQ(copy.pallet("Commitments").value()->name, "Commitments");
}

TEST(Metadata, OtherVersionsAreRefusedByNameWithARemedy) {
  for (const std::uint8_t version : std::initializer_list<std::uint8_t>{13, 15, 16, 99}) {
    const Error error = error_of(Metadata::decode(make_runtime().builder.build(version)));
    EXPECT_EQ(error.fault, Fault::kUnsupported);
    EXPECT_EQ(error.cause, "metadata is V" + std::to_string(version) + ", this program reads V14");
    EXPECT_EQ(error.remedy, "ask for V14 by state_getMetadata");
  }
}

TEST(Metadata, OtherBytesAreNotTakenForMetadata) {
  EXPECT_EQ(error_of(Metadata::decode({})).fault, Fault::kCorrupt);
  const std::string_view html = "<html>busy</html>";
  EXPECT_EQ(error_of(Metadata::decode(ByteVector(html.begin(), html.end()))).fault, Fault::kCorrupt);
}

TEST(Metadata, FiftyMegabytesAreRefusedUnread) {
  ByteVector bytes = make_runtime().builder.build();
  bytes.resize(50'000'000);
  EXPECT_NE(error_of(Metadata::decode(std::move(bytes))).cause.find("at most 16 MiB"), std::string::npos);
}

TEST(Metadata, EveryTruncationIsAnErrorAndNoCrash) {
  const ByteVector whole = make_runtime().builder.build();
  ASSERT_TRUE(Metadata::decode(whole));
  for (std::size_t size = 0; size < whole.size(); size += size < 256 ? 1 : 97) {
    const auto decoded = Metadata::decode(ByteVector(whole.begin(), whole.begin() + static_cast<long>(size)));
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().fault, Fault::kCorrupt);
  }
}

TEST(Metadata, BytesBehindTheEndAreRefused) {
  ByteVector bytes = make_runtime().builder.build();
  bytes.push_back(0);
  EXPECT_FALSE(Metadata::decode(bytes));
}

// A sample; tests/fuzz/metadata_fuzz.cc does this in earnest.
TEST(Metadata, FlippedBytesNeverCrash) {
  const ByteVector whole = make_runtime().builder.build();
  for (std::size_t at = 5; at < whole.size(); at += 71) {
    ByteVector bytes = whole;
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << at % 8));
    const auto decoded = Metadata::decode(bytes);
    if (decoded) (void)decoded->call("Commitments", "set_commitment");
  }
}

TEST(Metadata, TypesThatAreNotThereAreRefusedWhereverTheyAreNamed) {
  const auto refused = [](auto&& change) {
    auto runtime = make_runtime();
    change(runtime);
    const Error error = error_of(Metadata::decode(runtime.builder.build()));
    return error.cause.find("names a type that the registry does not have") != std::string::npos;
  };
  EXPECT_TRUE(refused([](auto& r) { r.builder.composite("X", {{"", 60000}}); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.composite("X", {}, {{"T", 60000}}); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.variant("X", {{"A", 0, {{"", 60000}}, {}}}); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.sequence(60000); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.array(3, 60000); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.tuple({60000}); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.compact(60000); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.bits(r.types.u8, 60000); }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.pallets[2].storage[0].value = 60000; }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.pallets[2].storage[0].key = 60000; }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.pallets[2].constants[0].type = 60000; }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.pallets[2].calls = 60000; }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.extensions[0].implicit_type = 60000; }));
  EXPECT_TRUE(refused([](auto& r) { r.builder.extrinsic_type = 60000; }));
}

// A byte each on the wire, sixteen in memory: 16 MiB of these must not become gigabytes.
TEST(Metadata, MoreItemsThanAnyRuntimeHasAreRefused) {
  constexpr std::size_t kPieces = 1'100'000;
  Writer out;
  out.bytes(view_of("meta")).u8(14).compact(1).compact(0).compact(kPieces).bytes(ByteVector(kPieces, 0));
  EXPECT_NE(error_of(Metadata::decode(out.take())).cause.find("more items"), std::string::npos);
}

TEST(Metadata, KnowsWhichTypesTakeNoBytes) {
  MetadataBuilder b;
  const TypeId u8 = b.primitive(Primitive::kU8);
  const TypeId unit = b.tuple({});
  const TypeId marker = b.composite("PhantomData", {});
  const TypeId nested = b.composite("Wrapper", {{"", unit}, {"x", b.array(1000, marker)}});
  const TypeId none = b.array(0, u8);
  const TypeId holder = b.tuple({nested, u8});
  const TypeId option = b.variant("Option", {{"None", 0, {}, {}}});
  const TypeId list = b.sequence(unit);
  const TypeId itself = b.composite("Itself", {{"", b.next()}});
  const Metadata metadata = Metadata::decode(b.build()).value();
  for (TypeId id : {unit, marker, nested, none}) EXPECT_TRUE(metadata.is_zero_sized(id)) << id;
  for (TypeId id : {u8, holder, option, list, itself}) EXPECT_FALSE(metadata.is_zero_sized(id)) << id;
}

}  // namespace
}  // namespace reconcile::chain
