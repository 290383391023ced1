#include "reconciler/chain/keys/key_text.h"

#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/chain/keys/ss58.h"

namespace reconcile::chain {
namespace {

using nlohmann::json;
using testing::alice;
using testing::kAliceAddress;
using testing::vectors;

const json& alice_vector() { return vectors()["keys"][0]; }
const json& dev_vector() { return vectors()["keys"][4]; }

// A key file as btwallet writes it.
json alice_file() {
  return {{"accountId", alice_vector()["public_key"]},
          {"publicKey", alice_vector()["public_key"]},
          {"privateKey", alice_vector()["secret_canonical_form"]},
          {"secretSeed", alice_vector()["mini_secret"]},
          {"ss58Address", kAliceAddress}};
}
AccountId account_in(const json& file) { return read_key_text(file.dump()).value().account(); }
Error error_in(const std::string& text) {
  const auto key = read_key_text(text);
  return key ? Error{} : key.error();
}
Error error_in(const json& file) { return error_in(file.dump()); }

TEST(KeyText, ReadsEveryVectorFromSeedPrivateKeyPhraseAndBareText) {
  for (const auto& key : vectors()["keys"]) {
    const AccountId expected = from_ss58(key["ss58_42"].get<std::string>()).value();
    EXPECT_EQ(account_in({{"secretSeed", key["mini_secret"]}, {"ss58Address", key["ss58_42"]}}), expected);
    EXPECT_EQ(account_in({{"privateKey", key["secret_canonical_form"]}, {"publicKey", key["public_key"]}}),
              expected);
    const std::string seed = key["mini_secret"];
    EXPECT_EQ(read_key_text(seed).value().account(), expected);
    EXPECT_EQ(read_key_text(seed.substr(2) + "\n").value().account(), expected);
    if (!key.contains("mnemonic")) continue;
    EXPECT_EQ(account_in({{"secretPhrase", key["mnemonic"]}}), expected);
    EXPECT_EQ(read_key_text(key["mnemonic"].get<std::string>()).value().account(), expected);
  }
}

TEST(KeyText, TakesThePhraseBeforeTheSeedBeforeThePrivateKey) {
  const AccountId dev = from_ss58(dev_vector()["ss58_42"].get<std::string>()).value();
  json file = {{"secretPhrase", dev_vector()["mnemonic"]}, {"secretSeed", alice_vector()["mini_secret"]}};
  EXPECT_EQ(account_in(file), dev);
  file = {{"secretSeed", dev_vector()["mini_secret"]},
          {"privateKey", alice_vector()["secret_canonical_form"]}};
  EXPECT_EQ(account_in(file), dev);
}

TEST(KeyText, ReadsTheSpellingsOfOldAndNewWallets) {
  json file = alice_file();
  file["secretPhrase"] = nullptr;
  EXPECT_EQ(account_in(file), alice());
  file["cryptoType"] = 1;
  file["accountType"] = "sr25519";
  file["hashedDescriptor"] = nullptr;
  file["signingScheme"] = {{"nested", {1, 2, "}"}}};
  EXPECT_EQ(account_in(file), alice());
  file.erase("ss58Address");
  file[" ss58Address"] = kAliceAddress;
  EXPECT_EQ(account_in(file), alice());
  file["cryptoType"] = nullptr;
  EXPECT_EQ(read_key_text("\n  " + file.dump(2) + "\n").value().account(), alice());
}

TEST(KeyText, ReadsAnEd25519KeyByItsCryptoType) {
  const json file = {{"secretPhrase", dev_vector()["mnemonic"]},
                     {"cryptoType", 0},
                     {"publicKey", "0x345071da55e5dccefaaa440339415ef9f2663338a38f7da0df21be5ab4e055ef"}};
  EXPECT_EQ(read_key_text(file.dump()).value().type(), CryptoType::kEd25519);
}

TEST(KeyText, WhatTheFileStatesMustBeWhatItsSecretGives) {
  const std::string bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
  for (const char* name : {"ss58Address", " ss58Address"}) {
    const Error error = error_in(json{{"secretSeed", alice_vector()["mini_secret"]}, {name, bob}});
    EXPECT_EQ(error.fault, Fault::kCorrupt);
    EXPECT_EQ(error.cause, "the key file states " + bob + ", but its secret gives " + kAliceAddress);
  }
  json file = alice_file();
  file["publicKey"] = dev_vector()["public_key"];
  EXPECT_NE(error_in(file).cause.find("states two accounts"), std::string::npos);
}

TEST(KeyText, OtherFormatsAreNamedWithWhatToDo) {
  const auto expect = [](const Error& error, const std::string& cause, const std::string& remedy) {
    EXPECT_EQ(error.fault, Fault::kUnsupported);
    EXPECT_NE(error.cause.find(cause), std::string::npos) << error.cause;
    EXPECT_NE(error.remedy.find(remedy), std::string::npos) << error.remedy;
  };
  expect(error_in(std::string("$ANSIBLE_VAULT;1.1;AES256\n6236")), "Ansible Vault", "btcli wallet update");
  expect(error_in(std::string("gAAAAABkxyz")), "Fernet", "regen-hotkey");
  expect(
      error_in(json{
          {"encoded", "MFMCAQEw"}, {"encoding", {{"content", {"pkcs8", "sr25519"}}}}, {"address", bool()}}),
      "polkadot-js", "regen-hotkey");
  json file = alice_file();
  file["cryptoType"] = 2;
  expect(error_in(file), "cryptoType is 2", "new-hotkey");
}

TEST(KeyText, APublicOnlyFileSaysSo) {
  const json file = {
      {"accountId", alice_vector()["public_key"]}, {"ss58Address", kAliceAddress}, {"privateKey", nullptr}};
  const Error error = error_in(file);
  EXPECT_EQ(error.fault, Fault::kNotFound);
  EXPECT_EQ(error.cause, "the key file holds a public key only");
}

TEST(KeyText, EveryTruncationOfAFileIsAnError) {
  const std::string text = alice_file().dump();
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(read_key_text(text.substr(0, size))) << size;
  EXPECT_NE(error_in(text.substr(0, 100)).cause.find("cut short"), std::string::npos);
}

TEST(KeyText, DamagedFilesAreRefused) {
  const std::string seed = alice_vector()["mini_secret"];
  for (const std::string& text :
       {std::string(), std::string("  \n"), std::string("{}"), std::string("{"), std::string("[]"),
        std::string("hello"), alice_file().dump() + "x", alice_file().dump() + alice_file().dump(),
        seed.substr(0, 65), seed + "00", "{\"secretSeed\":\"" + seed + "\",\"secretSeed\":\"" + seed + "\"}",
        std::string("{\"secretSeed\":\"0xzz\"}"), std::string("{\"secretSeed\":\"\\ud83d\\ude00\"}"),
        std::string("{\"a\":]}"), std::string("{\"a\":nul}"), std::string("{\"secretSeed\":\"a\nb\"}"),
        "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"}) {
    EXPECT_FALSE(read_key_text(text)) << text;
  }
}

TEST(KeyText, EscapesAreUndone) {
  std::string text = alice_file().dump();
  text.replace(text.find("0xe5be"), 2, "\\u0030\\u0078");
  EXPECT_EQ(read_key_text(text).value().account(), alice());
}

TEST(KeyText, NoErrorHoldsASecret) {
  const std::string seed = alice_vector()["mini_secret"].get<std::string>().substr(2);
  const std::string phrase = dev_vector()["mnemonic"];
  for (const std::string& text :
       {"{\"secretSeed\":\"" + seed + "0\"}", "{\"privateKey\":\"" + seed + "\"}", "0x" + seed + "1",
        seed + " " + seed, "{\"secretPhrase\":\"" + phrase + " extra\"}", "{\"secretPhrase\":\"" + phrase,
        phrase + " extra", "{\"ss58Address\":\"" + seed + "\",\"secretSeed\":\"" + seed + "\"}",
        "{\"ss58Address\":\"" + phrase + "\"}", "{\"publicKey\":\"" + phrase + "\"}"}) {
    const Error error = error_in(text);
    EXPECT_FALSE(error.cause.empty()) << text;
    for (const std::string& secret :
         {seed.substr(0, 8), seed.substr(56), std::string("bottom"), std::string("extra")}) {
      EXPECT_EQ((error.cause + error.remedy).find(secret), std::string::npos) << error.cause;
    }
  }
}

TEST(KeyAddress, IsReadWithoutTheSecret) {
  EXPECT_EQ(read_key_address(alice_file().dump()).value(), alice());
  EXPECT_EQ(read_key_address(std::string(kAliceAddress) + "\n").value(), alice());
  EXPECT_EQ(read_key_address(json{{"accountId", alice_vector()["public_key"]}}.dump()).value(), alice());
  // Not even looked at: a secret that would not open does not matter here.
  EXPECT_EQ(read_key_address(json{{"ss58Address", kAliceAddress}, {"secretSeed", "0xzz"}}.dump()).value(),
            alice());
}

TEST(KeyAddress, IsNotGuessed) {
  for (const std::string& text : {std::string("$NACLxxxx"), alice_vector()["mini_secret"].get<std::string>(),
                                  std::string("{\"secretSeed\":\"0x00\"}"), std::string()}) {
    EXPECT_EQ(read_key_address(text).error().fault, Fault::kNotFound) << text;
  }
}

RC_GTEST_PROP(KeyText, ArbitraryTextNeverCrashes, (const std::string& text)) {
  (void)read_key_text(text);
  (void)read_key_text("{" + text);
  (void)read_key_address("{\"ss58Address\":" + text + "}");
}

}  // namespace
}  // namespace reconcile::chain
