#include "reconciler/chain/keys/keypair.h"

#include "tests/chain/support/vectors.h"
#include <type_traits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "reconciler/chain/keys/mnemonic.h"
#include "reconciler/chain/keys/ss58.h"

namespace reconcile::chain {
namespace {

using testing::fixed;
using testing::hex;
using testing::vectors;

constexpr const char* kDevPhrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

Result<MiniSecret> mini_of(const std::string& phrase, const std::string& password = "") {
  return mini_secret_of_mnemonic(Secret(phrase), Secret(password));
}
Keypair dev(CryptoType type = CryptoType::kSr25519) {
  return Keypair::from_mini_secret(type, mini_of(kDevPhrase).value());
}
std::string public_hex(const Keypair& key) { return "0x" + to_hex(key.account().get()); }

TEST(Mnemonic, GivesTheMiniSecretOfTheVector) {
  for (const auto& key : vectors()["keys"]) {
    if (!key.contains("mnemonic")) continue;
    EXPECT_EQ("0x" + to_hex(mini_of(key["mnemonic"]).value().view()), key["mini_secret"]);
  }
}

// BIP39's published phrases (trezor/python-mnemonic vectors.json); the mini secrets by @polkadot/util-crypto.
TEST(Mnemonic, MatchesPolkadotJsOnEveryLengthOfPhrase) {
  const auto hex_of = [](const std::string& phrase, const std::string& password = "") {
    return to_hex(mini_of(phrase, password).value().view());
  };
  std::string abandon;
  for (int i = 0; i < 23; ++i) abandon += "abandon ";
  EXPECT_EQ(hex_of(abandon + "art"), "4ed8d4b17698ddeaa1f1559f152f87b5d472f725ca86d341bd0276f1b61197e2");
  EXPECT_EQ(hex_of("zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"),
            "ad9782e12472724c2108c22e7fe606a62571e697e50416202a35c4c259961ea8");
  EXPECT_EQ(
      hex_of("legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth "
             "useful legal will"),
      "f22f74ee8470502c8c915d10cfa96cb9e7407dfeae023db804a026bdd0b5367b");
  EXPECT_EQ(
      hex_of(
          "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen "
          "patrol group space point ten exist slush involve unfold"),
      "7316d66bc0ad15affde3eee7903fdbd893f5089961c9cd53144bc4b3f16e965b");
  EXPECT_EQ(hex_of(kDevPhrase, "secret"), "93a8066caf22cfaeeac8b7166696c671fab903d500ffdd91daa8e1d285aed4fa");
}

TEST(Mnemonic, BlanksBetweenWordsDoNotMatter) {
  const std::string spaced = "  bottom\tdrive obey lake curtain smoke\nbasket hold race  lonely fit walk\n";
  EXPECT_EQ(to_hex(mini_of(spaced).value().view()), to_hex(mini_of(kDevPhrase).value().view()));
}

TEST(Mnemonic, MistakesAreNamedWithoutTheWord) {
  EXPECT_EQ(mini_of("bottom drive obey").error().cause, "recovery phrase: 3 words, not 12, 15, 18, 21 or 24");
  const auto unknown =
      mini_of("bottom drive obey lake curtain smoke basket hold race lonely fitt walk").error();
  EXPECT_EQ(unknown.cause, "recovery phrase: word 11 is not in the English BIP39 list");
  const auto swapped =
      mini_of("drive bottom obey lake curtain smoke basket hold race lonely fit walk").error();
  EXPECT_NE(swapped.cause.find("checksum"), std::string::npos);
  EXPECT_FALSE(mini_of(""));
  EXPECT_FALSE(mini_of("zzz zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"));  // behind the list's last word
}

TEST(Keypair, DerivesAsPolkadotJsDoes) {
  for (const auto& one : vectors()["derivations"]) {
    const Keypair child = dev().derive(one["suri_suffix"].get<std::string>()).value();
    EXPECT_EQ(public_hex(child), one["public_key"]) << one["suri_suffix"];
    EXPECT_EQ(to_ss58(child.account()), one["ss58_42"]);
  }
}

// By @polkadot/keyring: a junction too long for its chain code, the largest number, leading zeros, hard above
// soft.
TEST(Keypair, DerivesTheOddJunctionsToo) {
  const auto at = [](const char* path) { return public_hex(dev().derive(path).value()); };
  EXPECT_EQ(at("//averyveryveryverylongjunctionname"),
            "0x149b2980e98f1e8cd6833405a249fd1c2c5f710e27c9246ec3bf5a2686990543");
  EXPECT_EQ(at("//18446744073709551615"),
            "0xa4ca284d5222ef916e2e181430785972ed22cb51ef91a0c6cdbbd390ee74bc77");
  EXPECT_EQ(at("//007"), "0xba8e2c7594dd74730f3ca835e95455d199261897edc9735d602ea29615e2b10b");
  EXPECT_EQ(at("//Alice//0/x"), "0xe2bf6debfde6ef25bfc703e2b45ef31e8b7513b380550e1c471f3b1087451127");
  EXPECT_EQ(at(""), public_hex(dev()));
}

TEST(Keypair, ASoftlyDerivedKeySigns) {
  const Keypair child = dev().derive("//Alice/soft").value();
  EXPECT_TRUE(verify(child.account(), view_of("x"), child.sign(view_of("x"))));
}

TEST(Keypair, PathsThatMeanNothingAreRefused) {
  for (const char* path : {"Alice", "/", "//", "//Alice/", "///password", "//Alice///password"}) {
    const auto child = dev().derive(path);
    ASSERT_FALSE(child) << path;
    EXPECT_EQ(child.error().fault, Fault::kInvalidInput);
  }
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += "//a";
  EXPECT_FALSE(dev().derive(deep));
}

// By @polkadot/keyring, type ed25519.
TEST(Keypair, Ed25519MatchesPolkadotJs) {
  const Keypair root = dev(CryptoType::kEd25519);
  EXPECT_EQ(public_hex(root), "0x345071da55e5dccefaaa440339415ef9f2663338a38f7da0df21be5ab4e055ef");
  EXPECT_EQ(public_hex(root.derive("//Alice").value()),
            "0x88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee");
  EXPECT_EQ(public_hex(root.derive("//Alice//0").value()),
            "0xde6c1b2cf7076546c493ada471947fbab1f100a31c680ac82ea78c46e33dd3e4");
  EXPECT_EQ(public_hex(root.derive("//averyveryveryverylongjunctionname").value()),
            "0xc968708a794c219b23984fb5e36ae303e28ab0d4a0d15aa25b9f95b2192799a0");
  EXPECT_EQ(root.derive("/soft").error().cause, "ed25519 keys have no soft derivation");
  MiniSecret ones;
  std::fill_n(ones.data(), 32, std::uint8_t{1});
  const Signature signature = Keypair::from_mini_secret(CryptoType::kEd25519, ones).sign(view_of("abc"));
  EXPECT_EQ(to_hex(signature.bytes),
            "d80d2d6a620402304607a5508a3a17669d6be877bfd79fa3be4dee9f8882d4a0"
            "1b2b7900118f5a692b5655dad4e0e342852b3ef5ccda821f99263356f5fb8903");
}

TEST(Keypair, SignaturesOfOneSchemeDoNotVerifyAsTheOther) {
  for (const CryptoType type : {CryptoType::kSr25519, CryptoType::kEd25519}) {
    const Keypair key = dev(type);
    Signature signature = key.sign(view_of("message"));
    EXPECT_TRUE(verify(key.account(), view_of("message"), signature));
    EXPECT_FALSE(verify(key.account(), view_of("other"), signature));
    signature.type = type == CryptoType::kSr25519 ? CryptoType::kEd25519 : CryptoType::kSr25519;
    EXPECT_FALSE(verify(key.account(), view_of("message"), signature));
  }
}

TEST(Keypair, AnEd25519SecretMustHoldItsOwnPublicKey) {
  const ByteVector seed(32, 1);
  const std::string good = to_hex(seed) + "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
  EXPECT_TRUE(Keypair::from_secret_key(CryptoType::kEd25519, fixed<64>(hex(good))));
  EXPECT_FALSE(Keypair::from_secret_key(CryptoType::kEd25519, fixed<64>(ByteVector(64, 1))));
}

TEST(Keypair, CannotBeFormatted) {
  EXPECT_FALSE((fmt::is_formattable<Keypair>::value));
  EXPECT_FALSE((fmt::is_formattable<MiniSecret>::value));
  EXPECT_FALSE((std::is_convertible_v<MiniSecret, std::array<std::uint8_t, 32>>));
}

}  // namespace
}  // namespace reconcile::chain
