#include "reconciler/chain/sr25519/sr25519.h"

#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/chain/sr25519/keccak.h"
#include "reconciler/chain/sr25519/transcript.h"

namespace reconcile::chain {
namespace {

using testing::fixed;
using testing::hex;
using testing::vectors;

MiniSecret mini(const nlohmann::json& text) {
  MiniSecret out;
  const ByteVector bytes = hex(text);
  EXPECT_EQ(bytes.size(), 32u);
  std::copy(bytes.begin(), bytes.end(), out.data());
  return out;
}

std::string secret_hex(const Sr25519Secret& secret) {
  return "0x" + to_hex(secret.scalar.view()) + to_hex(secret.nonce.view());
}

// polkadot-js keeps the scalar times eight.
std::string times_eight(const Sr25519Secret& secret) {
  ByteVector scalar(secret.scalar.view().begin(), secret.scalar.view().end());
  for (std::size_t i = 32; i-- > 0;) {
    scalar[i] = static_cast<std::uint8_t>(scalar[i] << 3 | (i > 0 ? scalar[i - 1] >> 5 : 0));
  }
  return "0x" + to_hex(scalar) + to_hex(secret.nonce.view());
}

// KeccakF-1600-IntermediateValues.txt of the Keccak team: the all-zero state, permuted once and twice.
TEST(Keccak, PermutesTheZeroStateAsPublished) {
  std::array<std::uint64_t, 25> state{};
  keccak_f1600(state);
  EXPECT_EQ(state[0], 0xf1258f7940e1dde7u);
  EXPECT_EQ(state[1], 0x84d5ccf933c0478au);
  EXPECT_EQ(state[24], 0xeaf1ff7b5ceca249u);
  keccak_f1600(state);
  EXPECT_EQ(state[0], 0x2d5c954df96ecb3cu);
}

// merlin 1.0's own test "equivalence_simple".
TEST(Transcript, GivesMerlinsPublishedChallenge) {
  Transcript transcript("test protocol");
  transcript.append("some label", view_of("some data"));
  std::array<std::uint8_t, 32> challenge{};
  transcript.challenge("challenge", challenge);
  EXPECT_EQ(to_hex(challenge), "d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615");
}

TEST(Transcript, WitnessesDifferEachTimeAndLeaveTheTranscript) {
  Transcript one("t"), other("t");
  std::array<std::uint8_t, 64> a{}, b{};
  one.witness("w", view_of("seed"), a);
  one.witness("w", view_of("seed"), b);
  EXPECT_NE(a, b);
  one.challenge("c", a);
  other.challenge("c", b);
  EXPECT_EQ(a, b);
}

TEST(Sr25519, ExpandsSeedsAsPolkadotJsDoes) {
  for (const auto& key : vectors()["keys"]) {
    const Sr25519Secret secret = sr25519_expand(mini(key["mini_secret"]));
    EXPECT_EQ(secret_hex(secret), key["secret_canonical_form"]) << key["name"];
    EXPECT_EQ(times_eight(secret), key["secret_ed25519_form"]) << key["name"];
    EXPECT_EQ("0x" + to_hex(sr25519_public(secret).get()), key["public_key"]) << key["name"];
  }
}

TEST(Sr25519, ImportsTheCanonicalFormAlone) {
  for (const auto& key : vectors()["keys"]) {
    const auto canonical = sr25519_import(fixed<64>(hex(key["secret_canonical_form"]))).value();
    EXPECT_EQ("0x" + to_hex(sr25519_public(canonical).get()), key["public_key"]);
    const auto times_8 = sr25519_import(fixed<64>(hex(key["secret_ed25519_form"])));
    ASSERT_FALSE(times_8) << key["name"];
    EXPECT_NE(times_8.error().remedy.find("polkadot-js"), std::string::npos);
  }
  EXPECT_FALSE(sr25519_import(std::array<std::uint8_t, 64>{}));
}

// The order of the group (RFC 9496): the first scalar that is not canonical, and the last that is.
TEST(Sr25519, ImportsScalarsBelowTheGroupOrderAlone) {
  const std::string nonce(64, '1');
  const std::string order =
      "edd3f55c1a631258d69cf7a2def9de14"
      "00000000000000000000000000000010";
  const std::string below =
      "ecd3f55c1a631258d69cf7a2def9de14"
      "00000000000000000000000000000010";
  EXPECT_FALSE(sr25519_import(fixed<64>(hex(order + nonce))));
  EXPECT_TRUE(sr25519_import(fixed<64>(hex(below + nonce))));
}

TEST(Sr25519, VerifiesPolkadotJsSignaturesAndNotTamperedOnes) {
  for (const auto& one : vectors()["sr25519_verify"]) {
    const AccountId account(fixed<32>(hex(one["public_key"])));
    const ByteVector message = hex(one["message"]);
    EXPECT_TRUE(sr25519_verify(account, message, fixed<64>(hex(one["signature"]))));
    EXPECT_FALSE(sr25519_verify(account, message, fixed<64>(hex(one["tampered_signature"]))));
  }
}

TEST(Sr25519, EveryFlippedBitOfASignatureIsNoticed) {
  const auto& one = vectors()["sr25519_verify"][1];
  const AccountId account(fixed<32>(hex(one["public_key"])));
  const ByteVector message = hex(one["message"]);
  const auto good = fixed<64>(hex(one["signature"]));
  for (std::size_t bit = 0; bit < 512; bit += 3) {
    auto bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1u << bit % 8));
    EXPECT_FALSE(sr25519_verify(account, message, bad)) << bit;
  }
}

TEST(Sr25519, SignaturesInAnotherFormAreRefused) {
  const auto& one = vectors()["sr25519_verify"][0];
  const AccountId account(fixed<32>(hex(one["public_key"])));
  auto unmarked = fixed<64>(hex(one["signature"]));
  unmarked[63] &= 0x7f;
  EXPECT_FALSE(sr25519_verify(account, {}, unmarked));
  // The same scalar plus the group order: equal to the arithmetic, refused by form.
  auto shifted = fixed<64>(hex(one["signature"]));
  const auto order = hex(std::string("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"));
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += unsigned{shifted[32 + i]} + order[i];
    shifted[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  EXPECT_FALSE(sr25519_verify(account, {}, shifted));
}

TEST(Sr25519, TheIdentityAndInvalidPointsAreNobodysKeys) {
  // With the identity as key any R = s B verifies: it must be refused before the arithmetic.
  std::array<std::uint8_t, 64> signature{};
  signature[63] = 0x80;
  EXPECT_FALSE(sr25519_verify(AccountId(), {}, signature));
  std::array<std::uint8_t, 32> invalid{};
  invalid.fill(0xff);
  EXPECT_FALSE(sr25519_verify(AccountId(invalid), {}, signature));
}

TEST(Sr25519, SignsSoThatItVerifiesAndNeverTwiceTheSame) {
  const Sr25519Secret secret = sr25519_expand(mini(vectors()["keys"][0]["mini_secret"]));
  const AccountId account = sr25519_public(secret);
  const auto one = sr25519_sign(secret, account, view_of("message"));
  const auto other = sr25519_sign(secret, account, view_of("message"));
  EXPECT_NE(one, other);
  EXPECT_TRUE(sr25519_verify(account, view_of("message"), one));
  EXPECT_TRUE(sr25519_verify(account, view_of("message"), other));
  EXPECT_FALSE(sr25519_verify(account, view_of("massage"), one));
  EXPECT_FALSE(sr25519_verify(sr25519_public(sr25519_expand(MiniSecret())), view_of("message"), one));
}

RC_GTEST_PROP(Sr25519, WhatAnyKeySignsVerifies,
              (const std::array<std::uint8_t, 32>& seed, const ByteVector& message)) {
  MiniSecret mini_secret;
  std::copy(seed.begin(), seed.end(), mini_secret.data());
  const Sr25519Secret secret = sr25519_expand(mini_secret);
  const AccountId account = sr25519_public(secret);
  auto signature = sr25519_sign(secret, account, message);
  RC_ASSERT(sr25519_verify(account, message, signature));
  signature[seed[0] % 63u] ^= 1;
  RC_ASSERT(!sr25519_verify(account, message, signature));
}

}  // namespace
}  // namespace reconcile::chain
