#include "reconciler/chain/node/index_signer.h"

#include <gtest/gtest.h>

#include "reconciler/chain/keys/key_file.h"
#include "reconciler/chain/keys/ss58.h"
#include "reconciler/model/index_signature.h"

namespace reconcile::chain {
namespace {

Keypair key(std::uint8_t first, CryptoType type = CryptoType::kSr25519) {
  MiniSecret mini;
  mini.span()[0] = first;
  return Keypair::from_mini_secret(type, mini);
}

Account account_of(const Keypair& pair) { return {13, to_ss58(pair.account())}; }

KeySigner signer(std::uint8_t first, CryptoType type = CryptoType::kSr25519) {
  return KeySigner([=] { return Result<Keypair>(key(first, type)); });
}

TEST(IndexSigner, SignsWhatItsAddressVerifies) {
  const std::string message = signed_message("{\"seq\":1}\n");
  AddressChecker checker;
  for (const CryptoType type : {CryptoType::kSr25519, CryptoType::kEd25519}) {
    const auto signature = signer(1, type).sign(message);
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->type, type == CryptoType::kSr25519 ? "sr25519" : "ed25519");
    EXPECT_TRUE(checker.verify(account_of(key(1, type)), message, *signature));
    EXPECT_FALSE(checker.verify(account_of(key(2, type)), message, *signature)) << "another hotkey's";
    EXPECT_FALSE(checker.verify(account_of(key(1, type)), signed_message("{\"seq\":2}\n"), *signature));
    IndexSignature other = *signature;
    other.value.back() ^= 1;
    EXPECT_FALSE(checker.verify(account_of(key(1, type)), message, other));
    other = *signature;
    other.value.pop_back();
    EXPECT_FALSE(checker.verify(account_of(key(1, type)), message, other));
    other = *signature;
    other.type = "ecdsa";
    EXPECT_FALSE(checker.verify(account_of(key(1, type)), message, other));
  }
  EXPECT_FALSE(checker.verify({13, "no address"}, message, {"sr25519", ByteVector(64)}));
}

TEST(IndexSigner, RefusesWhatCouldBeAnExtrinsic) {
  bool opened = false;
  KeySigner careful([&] {
    opened = true;
    return Result<Keypair>(key(1));
  });
  for (const std::string& message : {std::string("\x12\x00\x0d\x00", 4), std::string("<Bytes>"),
                                     std::string("<Bytes></Bytes"), std::string("x<Bytes></Bytes>")}) {
    const auto refused = careful.sign(message);
    ASSERT_FALSE(refused) << message;
    EXPECT_EQ(refused.error().fault, Fault::kDenied);
  }
  EXPECT_FALSE(opened) << "the key is not opened for it";
}

TEST(IndexSigner, SaysWhyTheKeyCannotBeOpened) {
  KeySigner without(
      []() -> Result<Keypair> { return fail(Fault::kAuth, "the password is wrong", "give it"); });
  const auto refused = without.sign(signed_message("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::kAuth);
}

}  // namespace
}  // namespace reconcile::chain
