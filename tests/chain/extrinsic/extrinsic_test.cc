#include "reconciler/chain/extrinsic/extrinsic.h"

#include "tests/chain/support/runtime.h"
#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>

#include "reconciler/chain/extrinsic/call.h"
#include "reconciler/chain/keys/keypair.h"

namespace reconcile::chain {
namespace {

using testing::alice;
using testing::fixed;
using testing::hex;
using testing::make_runtime;
using testing::make_runtime_with;
using testing::vectors;

using Fields = std::vector<CommitmentField>;
const Fields kOneRaw{RawField{{'a', 'b', 'c'}}};

Keypair alice_key() {
  MiniSecret mini;
  const ByteVector seed = hex(vectors()["keys"][0]["mini_secret"]);
  std::copy(seed.begin(), seed.end(), mini.data());
  return Keypair::from_mini_secret(CryptoType::kSr25519, mini);
}

Fields fields_of(const nlohmann::json& one) {
  ByteVector payload = hex(one["payload"]);
  if (payload.size() > kRawBytesMax) return {BigRawField{std::move(payload)}};
  return {RawField{std::move(payload)}};
}

SigningContext context_of(const nlohmann::json& one) {
  SigningContext out;
  out.spec_version = one["spec_version"];
  out.transaction_version = one["transaction_version"];
  out.genesis = BlockHash(fixed<32>(hex(one["genesis_hash"])));
  out.era_birth_hash = BlockHash(fixed<32>(hex(one["block_hash"])));
  out.nonce = one["nonce"];
  out.tip = one["tip"];
  if (one["era"].contains("period")) out.era = Era::mortal(one["era"]["period"], one["era"]["current"]);
  return out;
}

// polkadot-js's extrinsics for two genuine runtimes: same call, same payload, and around its signature the
// same bytes.
TEST(Extrinsic, MatchesPolkadotJsByteForByte) {
  int compared = 0;
  for (const auto& [name, runtime] : vectors()["runtimes"].items()) {
    const Metadata metadata =
        make_runtime_with(runtime["signed_extensions"].get<std::vector<std::string>>()).metadata();
    for (const auto& one : runtime["extrinsics"]) {
      SCOPED_TRACE(name + ": " + one["label"].get<std::string>());
      const auto made =
          prepare_set_commitment(metadata, one["netuid"], fields_of(one), context_of(one)).value();
      EXPECT_EQ(made.call, hex(one["call"]));
      EXPECT_EQ(made.payload, hex(one["signing_payload"]));
      EXPECT_EQ(made.payload.size(), one["signing_payload_len"]);
      EXPECT_EQ(made.to_sign, hex(one["bytes_signed"]));
      const AccountId signer(fixed<32>(hex(one["signer"])));
      const Signature signature{CryptoType::kSr25519, fixed<64>(hex(one["signature"]))};
      EXPECT_TRUE(verify(signer, made.to_sign, signature));
      const SignedExtrinsic whole = assemble(made, signer, signature);
      EXPECT_EQ(whole.bytes, hex(one["extrinsic"]));
      EXPECT_EQ("0x" + to_hex(whole.hash.get()), one["extrinsic_hash"]);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 12);
}

TEST(Extrinsic, OurOwnSignatureVerifiesOverWhatPolkadotJsWouldSign) {
  const auto& one = vectors()["runtimes"]["lab293_v14"]["extrinsics"][5];
  const auto made =
      prepare_set_commitment(make_runtime().metadata(), 13, fields_of(one), context_of(one)).value();
  const Keypair key = alice_key();
  const SignedExtrinsic whole = assemble(made, key.account(), key.sign(made.to_sign));
  EXPECT_EQ(whole.bytes.size(), hex(one["extrinsic"]).size());
  const std::size_t at = 2 + 1 + 1 + 32 + 1;  // length, version, address, signature kind
  EXPECT_TRUE(
      sr25519_verify(alice(), hex(one["bytes_signed"]), std::span(whole.bytes).subspan(at).first<64>()));
}

TEST(Extrinsic, AnEd25519SignatureCarriesItsOwnNumber) {
  const auto made = prepare_set_commitment(make_runtime().metadata(), 13, kOneRaw, {}).value();
  const SignedExtrinsic whole = assemble(made, alice(), Signature{CryptoType::kEd25519, {}});
  EXPECT_EQ(whole.bytes.at(2 + 1 + 1 + 32), 0);
}

// 256 bytes are signed as they are, 257 as their hash.
TEST(Extrinsic, SignsTheHashOfPayloadsOver256Bytes) {
  const Metadata metadata = make_runtime().metadata();
  const auto made = [&](std::size_t size) {
    return prepare_set_commitment(metadata, 13, Fields{BigRawField{ByteVector(size, 'x')}}, {}).value();
  };
  const std::size_t overhead = made(130).payload.size() - 130;
  EXPECT_EQ(made(256 - overhead).to_sign.size(), 256u);
  EXPECT_EQ(made(257 - overhead).to_sign.size(), 32u);
}

Error refusal(const Result<UnsignedExtrinsic>& result) { return result ? Error{} : result.error(); }

TEST(Extensions, UnknownOnesOfNoSizeArePassedOver) {
  auto names = testing::extensions_293();
  const auto plain = prepare_set_commitment(make_runtime().metadata(), 13, kOneRaw, {}).value();
  names.insert(names.begin() + 3, "CheckShieldedTxValidity");
  const auto more = prepare_set_commitment(make_runtime_with(names).metadata(), 13, kOneRaw, {}).value();
  EXPECT_EQ(more.payload, plain.payload);
}

TEST(Extensions, UnknownOnesThatTakeBytesAreRefusedByName) {
  for (const bool is_explicit : {true, false}) {
    auto names = testing::extensions_293();
    names.push_back("ChargeAssetTx");
    auto runtime = make_runtime_with(names);
    auto& added = runtime.builder.extensions.back();
    (is_explicit ? added.explicit_type : added.implicit_type) = runtime.types.u8;
    const Error error = refusal(prepare_set_commitment(runtime.metadata(), 13, kOneRaw, {}));
    EXPECT_EQ(error.fault, Fault::kUnsupported);
    EXPECT_EQ(error.cause,
              "the runtime's signed extension ChargeAssetTx is unknown and takes bytes: nothing is signed");
  }
}

TEST(Extensions, KnownOnesThatTakeOtherBytesAreRefusedByName) {
  for (const char* name : {"CheckSpecVersion", "CheckGenesis", "CheckMortality", "CheckNonce",
                           "ChargeTransactionPayment", "CheckMetadataHash"}) {
    for (const bool is_explicit : {true, false}) {
      auto runtime = make_runtime();
      for (auto& extension : runtime.builder.extensions) {
        if (extension.identifier != name) continue;
        (is_explicit ? extension.explicit_type : extension.implicit_type) = runtime.types.u64;
      }
      const Error error = refusal(prepare_set_commitment(runtime.metadata(), 13, kOneRaw, {}));
      EXPECT_NE(error.cause.find(std::string(name) + " takes other bytes"), std::string::npos)
          << name << error.cause;
    }
  }
}

TEST(Extensions, ARuntimeThatDoesNotTieTheSignatureToTheNetworkIsRefused) {
  for (const char* name :
       {"CheckSpecVersion", "CheckTxVersion", "CheckGenesis", "CheckMortality", "CheckNonce"}) {
    auto names = testing::extensions_293();
    std::erase(names, name);
    const Error error = refusal(prepare_set_commitment(make_runtime_with(names).metadata(), 13, kOneRaw, {}));
    EXPECT_NE(error.cause.find(name), std::string::npos);
    names.insert(names.end(), {name, name});
    EXPECT_FALSE(prepare_set_commitment(make_runtime_with(names).metadata(), 13, kOneRaw, {})) << name;
  }
}

TEST(Extrinsic, OtherFormatsAreRefused) {
  auto newer = make_runtime();
  newer.builder.extrinsic_version = 5;
  EXPECT_NE(refusal(prepare_set_commitment(newer.metadata(), 13, kOneRaw, {})).cause.find("version 5"),
            std::string::npos);
  for (const char* name : {"Address", "Signature"}) {
    auto other = make_runtime();
    other.builder.extrinsic_type = other.builder.composite("X", {}, {{name, other.types.account}});
    EXPECT_EQ(refusal(prepare_set_commitment(other.metadata(), 13, kOneRaw, {})).fault, Fault::kUnsupported);
  }
}

TEST(Call, TakesItsIndicesFromTheMetadata) {
  const Metadata moved = make_runtime({.commitments_index = 77}).metadata();
  EXPECT_EQ(to_hex(set_commitment_call(moved, 13, kOneRaw).value()), "4d000d000404616263");
}

TEST(Call, TakesAWrappedNetuid) {
  const Metadata wrapped = make_runtime({.wrapped_netuid = true}).metadata();
  EXPECT_EQ(set_commitment_call(wrapped, 13, kOneRaw).value(),
            set_commitment_call(make_runtime().metadata(), 13, kOneRaw).value());
}

TEST(Call, ANetuidOfAnotherTypeIsRefused) {
  auto runtime = make_runtime();
  const TypeId itself = runtime.builder.composite("NetUid", {{"", runtime.builder.next()}});
  const TypeId compact = runtime.builder.compact(runtime.types.u16);
  for (const TypeId type : {runtime.types.u32, itself, compact, runtime.types.unit}) {
    auto changed = runtime;
    changed.builder.pallets.back().calls = changed.builder.variant(
        "Call", {{"set_commitment", 0, {{"netuid", type}, {"info", runtime.types.info}}, {}}});
    const auto call = set_commitment_call(changed.metadata(), 13, kOneRaw);
    ASSERT_FALSE(call);
    EXPECT_NE(call.error().cause.find("`netuid` is not a u16"), std::string::npos);
  }
}

TEST(Call, AnotherShapeOfArgumentsIsRefused) {
  auto runtime = make_runtime();
  using testing::FieldSpec;
  const std::vector<std::vector<FieldSpec>> shapes = {
      {{"netuid", runtime.types.u16}},
      {{"netuid", runtime.types.u16}, {"info", runtime.types.bytes}},
      {{"netuid", runtime.types.u16}, {"info", runtime.types.info}, {"more", runtime.types.u8}},
      {{"info", runtime.types.info}, {"netuid", runtime.types.u16}}};
  for (const auto& shape : shapes) {
    auto changed = runtime;
    changed.builder.pallets.back().calls =
        changed.builder.variant("Call", {{"set_commitment", 0, shape, {}}});
    EXPECT_EQ(set_commitment_call(changed.metadata(), 13, kOneRaw).error().fault, Fault::kUnsupported);
  }
}

// A runtime in which the byte for Sha256 means BlakeTwo256: what would be stored is not what was asked for.
TEST(Call, RenumberedFieldKindsAreNoticedBeforeAnythingIsSigned) {
  const Metadata shifted = make_runtime({.data_shift = 1}).metadata();
  EXPECT_TRUE(set_commitment_call(shifted, 13, kOneRaw));
  const auto call = set_commitment_call(shifted, 13, Fields{DigestField{}});
  ASSERT_FALSE(call);
  EXPECT_NE(call.error().cause.find("would be read as something else"), std::string::npos);
}

TEST(Call, MoreFieldsThanTheRuntimesLimitAreRefused) {
  const auto fields = [](std::size_t count) { return Fields(count, RawField{{'a'}}); };
  const Metadata metadata = make_runtime().metadata();
  EXPECT_TRUE(set_commitment_call(metadata, 13, fields(3)));
  const auto four = set_commitment_call(metadata, 13, fields(4));
  ASSERT_FALSE(four);
  EXPECT_EQ(four.error().cause, "a commitment of 4 fields, the chain takes 3");
  EXPECT_FALSE(set_commitment_call(make_runtime({.fields_max = 1}).metadata(), 13, fields(2)));
}

}  // namespace
}  // namespace reconcile::chain
