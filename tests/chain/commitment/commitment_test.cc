#include "tests/chain/support/runtime.h"
#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/chain/commitment/fields.h"
#include "reconciler/chain/commitment/stored.h"

namespace reconcile::chain {
namespace {

using testing::fixed;
using testing::hex;
using testing::make_runtime;
using testing::vectors;

const nlohmann::json& infos() { return vectors()["runtimes"]["lab293_v14"]["commitment_info"]; }

std::optional<DigestKind> digest_kind(const std::string& name) {
  if (name == "BlakeTwo256") return DigestKind::kBlakeTwo256;
  if (name == "Sha256") return DigestKind::kSha256;
  if (name == "Keccak256") return DigestKind::kKeccak256;
  if (name == "ShaThree256") return DigestKind::kShaThree256;
  return std::nullopt;
}

// The fields of a vector; nullopt for kinds that cannot be sent.
std::optional<std::vector<CommitmentField>> sendable(const nlohmann::json& one) {
  const std::string kind = one["kind"];
  if (kind == "empty fields") return std::vector<CommitmentField>{};
  if (kind == "Raw3+Sha256") {
    return std::vector<CommitmentField>{RawField{{'a', 'b', 'c'}},
                                        DigestField{DigestKind::kSha256, fixed<32>(ByteVector(32, 0x11))}};
  }
  if (kind == "BigRaw") return std::vector<CommitmentField>{BigRawField{hex(one["payload"])}};
  if (kind.starts_with("Raw")) return std::vector<CommitmentField>{RawField{hex(one["payload"])}};
  if (const auto digest = digest_kind(kind)) {
    return std::vector<CommitmentField>{DigestField{*digest, fixed<32>(hex(one["payload"]))}};
  }
  return std::nullopt;
}

// A Registration around a CommitmentInfo: deposit, block, info.
ByteVector record(const ByteVector& info, std::uint64_t deposit = 0, std::uint32_t block = 6) {
  return Writer().u64(deposit).u32(block).bytes(info).take();
}

Registration read(const ByteVector& bytes, const Metadata& metadata = make_runtime().metadata()) {
  return std::get<Registration>(read_commitment(metadata, bytes).value());
}

TEST(Commitment, EncodesAsPolkadotJsDoes) {
  int encoded = 0;
  for (const auto& one : infos()) {
    const auto fields = sendable(one);
    if (!fields) continue;
    EXPECT_EQ(encode_commitment_info(*fields).value(), hex(one["scale"])) << one["kind"];
    ++encoded;
  }
  EXPECT_EQ(encoded, 15);  // all 18 but TimelockEncrypted, ResetBondsFlag and None
}

TEST(Commitment, ReadsEveryKindByMetadata) {
  const Metadata metadata = make_runtime().metadata();
  for (const auto& one : infos()) {
    const ByteVector info = hex(one["scale"]);
    const Registration stored = read(record(info), metadata);
    EXPECT_EQ(stored.info, info);
    const std::string kind = one["kind"];
    if (const auto fields = sendable(one)) {
      ASSERT_EQ(stored.fields.size(), fields->size()) << kind;
      for (std::size_t i = 0; i < fields->size(); ++i)
        EXPECT_EQ(stored.fields[i], as_stored((*fields)[i])) << kind;
    } else if (kind == "TimelockEncrypted") {
      EXPECT_EQ(stored.fields.at(0), StoredField(TimelockField{hex(one["payload"]), one["reveal_round"]}));
    } else if (kind == "ResetBondsFlag") {
      EXPECT_EQ(stored.fields.at(0), StoredField(ResetBondsField{}));
    } else {
      EXPECT_EQ(kind, "None");
      EXPECT_EQ(stored.fields.at(0), StoredField(NoneField{}));
    }
  }
}

TEST(Commitment, ReadsTheRegistrationsOfTheVectors) {
  for (const char* runtime : {"lab293_v14", "finney365"}) {
    for (const auto& one : vectors()["runtimes"][runtime]["registration"]) {
      const Registration stored = read(hex(one["scale"]));
      EXPECT_EQ(stored.deposit, one["deposit"]);
      EXPECT_EQ(stored.block, one["block"]);
      EXPECT_EQ(stored.fields.at(0), StoredField(RawField{hex(one["payload"])}));
    }
  }
}

TEST(Commitment, ReadsWhatTheLabChainStored) {
  const Registration stored = read(hex(std::string("00000000000000000600000004076d6f7274616c")));
  EXPECT_EQ(stored.block, 6u);
  EXPECT_EQ(stored.fields.at(0), StoredField(RawField{{'m', 'o', 'r', 't', 'a', 'l'}}));
}

TEST(Commitment, AVariantThisProgramDoesNotKnowKeepsItsNameAndBytes) {
  const Metadata metadata = make_runtime({.timelock_reveal_failed = true}).metadata();
  const ByteVector info =
      hex(std::string("088904ee0200000000000000"
                      "0261"));
  const Registration stored = read(record(info), metadata);
  ASSERT_EQ(stored.fields.size(), 2u);
  EXPECT_EQ(stored.fields[0],
            StoredField(OtherField{"TimelockRevealFailed", hex(std::string("8904ee0200000000000000"))}));
  EXPECT_EQ(stored.fields[1], StoredField(RawField{{'a'}}));
}

TEST(Commitment, AFirstByteTheMetadataDoesNotKnowMakesAnUnreadableRecord) {
  const Metadata metadata = make_runtime().metadata();
  for (const int first : {137, 200, 255}) {
    const ByteVector bytes = record({4, static_cast<std::uint8_t>(first), 1, 2, 3});
    const auto stored = read_commitment(metadata, bytes).value();
    ASSERT_TRUE(std::holds_alternative<UnreadableRecord>(stored)) << first;
    EXPECT_EQ(std::get<UnreadableRecord>(stored).bytes, bytes);
    EXPECT_NE(std::get<UnreadableRecord>(stored).why.find(std::to_string(first)), std::string::npos);
  }
}

TEST(Commitment, TruncatedRecordsAreUnreadableAndNotAbsent) {
  const Metadata metadata = make_runtime().metadata();
  const ByteVector whole = record(
      hex(std::string("0804616263831111111111111111111111111111111111111111111111111111111111111111")));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto stored = read_commitment(metadata, ByteView(whole).first(size)).value();
    EXPECT_TRUE(std::holds_alternative<UnreadableRecord>(stored)) << size;
  }
}

TEST(Commitment, ZerosBehindARecordAreReadOverOtherBytesAreNot) {
  ByteVector bytes = record({4, 2, 'a'});
  bytes.insert(bytes.end(), 8, 0);
  EXPECT_EQ(read(bytes).info, (ByteVector{4, 2, 'a'}));
  bytes.push_back(1);
  EXPECT_TRUE(
      std::holds_alternative<UnreadableRecord>(read_commitment(make_runtime().metadata(), bytes).value()));
}

TEST(Commitment, NoSuchStorageIsAnErrorAndNotAnEmptySlot) {
  auto runtime = make_runtime();
  runtime.builder.pallets.pop_back();
  EXPECT_EQ(read_commitment(runtime.metadata(), {}).error().fault, Fault::kUnsupported);
}

TEST(Commitment, FieldsLongerThanTheirKindAreRefusedAtTheBoundary) {
  const auto encoded = [](CommitmentField field) { return encode_commitment_info(std::span(&field, 1)); };
  EXPECT_TRUE(encoded(RawField{ByteVector(128, 'x')}));
  const auto long_raw = encoded(RawField{ByteVector(129, 'x')});
  ASSERT_FALSE(long_raw);
  EXPECT_EQ(long_raw.error().remedy, "shorten it by 1 bytes");
  EXPECT_TRUE(encoded(BigRawField{ByteVector(512, 'x')}));
  EXPECT_EQ(encoded(BigRawField{ByteVector(513, 'x')}).error().fault, Fault::kInvalidInput);
}

// subtensor pallets/commitments: required = max(100, sum of lengths), digests counting 32.
TEST(Commitment, CountsSpaceAsTheRuntimeDoes) {
  const auto space = [](std::vector<CommitmentField> fields) { return commitment_space(fields); };
  EXPECT_EQ(space({}), 100u);
  EXPECT_EQ(space({RawField{ByteVector(100)}}), 100u);
  EXPECT_EQ(space({RawField{ByteVector(101)}}), 101u);
  EXPECT_EQ(space({RawField{ByteVector(97)}, DigestField{}}), 129u);
  EXPECT_EQ(space({BigRawField{ByteVector(512)}}), 512u);
}

RC_GTEST_PROP(Commitment, WhatIsSentReadsBack,
              (const std::vector<ByteVector>& payloads, std::uint8_t kinds)) {
  static const Metadata metadata = make_runtime().metadata();
  std::vector<CommitmentField> fields;
  for (const ByteVector& payload : payloads) {
    if (fields.size() == 3) break;
    if (payload.size() > 128) continue;
    if (kinds >> fields.size() & 1)
      fields.push_back(BigRawField{payload});
    else
      fields.push_back(RawField{payload});
  }
  const ByteVector info = encode_commitment_info(fields).value();
  const Registration stored = read(record(info, 7, 0xffffffff), metadata);
  RC_ASSERT(stored.info == info);
  RC_ASSERT(stored.deposit == 7u);
  RC_ASSERT(stored.block == 0xffffffffu);
  RC_ASSERT(stored.fields.size() == fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) RC_ASSERT(stored.fields[i] == as_stored(fields[i]));
}

RC_GTEST_PROP(Commitment, ArbitraryBytesAreReadAsSomething, (const ByteVector& bytes)) {
  static const Metadata metadata = make_runtime().metadata();
  RC_ASSERT(read_commitment(metadata, bytes).has_value());
}

}  // namespace
}  // namespace reconcile::chain
