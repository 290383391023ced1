// Signatures against an independent implementation, both ways: polkadot-js, by tests/devnode/sign.mjs.
// RECONCILE_SIGNATURES says how many (100); `make test-slow` takes 10,000.

#include <cstdlib>
#include <fstream>
#include <random>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/files.h"
#include "reconciler/chain/keys/keypair.h"

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

std::size_t signature_count() {
  const char* const text = std::getenv("RECONCILE_SIGNATURES");
  return text ? std::strtoul(text, nullptr, 10) : 100;
}

std::string hex(ByteView bytes) { return "0x" + to_hex(bytes); }

class Interop : public ::testing::TestWithParam<CryptoType> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("interop-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    for (std::uint8_t i = 0; i < 4; ++i) {
      MiniSecret mini;
      for (std::uint8_t& byte : mini.span()) byte = static_cast<std::uint8_t>(random_());
      seeds_.push_back(hex(mini.view()));
      keys_.push_back(Keypair::from_mini_secret(GetParam(), mini));
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  const char* scheme() const { return GetParam() == CryptoType::kSr25519 ? "sr25519" : "ed25519"; }

  /// 0 to 300 bytes: extrinsic payloads are signed as they are up to 256.
  ByteVector message() {
    ByteVector out(random_() % 301);
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random_());
    return out;
  }

  /// One answer a question, in order.
  std::vector<Json> ask(const std::vector<Json>& questions) {
    std::ofstream in(folder_ / "in");
    for (const Json& question : questions) in << question.dump() << "\n";
    in.close();
    const std::string command = "node " SOURCE_DIR "/tests/devnode/sign.mjs <" + (folder_ / "in").string() +
                                " >" + (folder_ / "out").string();
    EXPECT_EQ(std::system(command.c_str()), 0) << "node and the packages of tests/devnode are needed";
    std::ifstream out(folder_ / "out");
    std::vector<Json> answers;
    for (std::string line; std::getline(out, line);) answers.push_back(Json::parse(line));
    EXPECT_EQ(answers.size(), questions.size());
    answers.resize(questions.size());
    return answers;
  }

  std::filesystem::path folder_;
  std::mt19937 random_{20'261'122};
  std::vector<std::string> seeds_;
  std::vector<Keypair> keys_;
};

Json verify_question(const char* scheme, const AccountId& account, ByteView message,
                     const Signature& signature) {
  return {{"op", "verify"},
          {"scheme", scheme},
          {"message", hex(message)},
          {"signature", hex(signature.bytes)},
          {"publicKey", hex(account.get())}};
}

TEST_P(Interop, WhatIsSignedHereVerifiesThereAndNothingElseDoes) {
  std::vector<Json> questions;
  std::vector<bool> valid;
  for (std::size_t i = 0; i < signature_count(); ++i) {
    const Keypair& key = keys_[i % keys_.size()];
    ByteVector text = message();
    Signature signature = key.sign(text);
    questions.push_back(verify_question(scheme(), key.account(), text, signature));
    valid.push_back(true);
    // One bit anywhere in the signature or the message.
    const std::size_t bit = random_() % ((signature.bytes.size() + text.size()) * 8);
    std::uint8_t& byte =
        bit / 8 < signature.bytes.size() ? signature.bytes[bit / 8] : text[bit / 8 - signature.bytes.size()];
    byte = static_cast<std::uint8_t>(byte ^ 1u << bit % 8);
    EXPECT_FALSE(verify(key.account(), text, signature)) << i;
    questions.push_back(verify_question(scheme(), key.account(), text, signature));
    valid.push_back(false);
  }
  const std::vector<Json> answers = ask(questions);
  for (std::size_t i = 0; i < answers.size(); ++i)
    ASSERT_EQ(answers[i].value("valid", false), valid[i]) << questions[i] << answers[i];
}

TEST_P(Interop, WhatIsSignedThereVerifiesHereAndNothingElseDoes) {
  std::vector<Json> questions;
  std::vector<ByteVector> messages;
  for (std::size_t i = 0; i < signature_count(); ++i) {
    messages.push_back(message());
    questions.push_back({{"op", "sign"},
                         {"scheme", scheme()},
                         {"seed", seeds_[i % seeds_.size()]},
                         {"message", hex(messages.back())}});
  }
  const std::vector<Json> answers = ask(questions);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const AccountId& account = keys_[i % keys_.size()].account();
    const ByteVector bytes = from_hex(answers[i].value("signature", "")).value();
    ASSERT_EQ(bytes.size(), 64u);
    Signature signature{GetParam(), {}};
    std::copy(bytes.begin(), bytes.end(), signature.bytes.begin());
    ASSERT_TRUE(verify(account, messages[i], signature)) << questions[i];
    std::uint8_t& byte = signature.bytes[random_() % 64];
    byte = static_cast<std::uint8_t>(byte ^ 1u << random_() % 8);
    ASSERT_FALSE(verify(account, messages[i], signature)) << questions[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Schemes, Interop, ::testing::Values(CryptoType::kSr25519, CryptoType::kEd25519),
                         [](const auto& scheme) {
                           return scheme.param == CryptoType::kSr25519 ? "sr25519" : "ed25519";
                         });

}  // namespace
}  // namespace reconcile::chain
