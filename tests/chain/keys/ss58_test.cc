#include "reconciler/chain/keys/ss58.h"

#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/chain/keys/base58.h"

namespace reconcile::chain {
namespace {

using testing::fixed;
using testing::hex;
using testing::vectors;

TEST(Ss58, MatchesPolkadotJsBothWays) {
  ASSERT_EQ(vectors()["ss58"]["prefix"], kSs58Prefix);
  for (const auto& one : vectors()["ss58"]["checks"]) {
    const AccountId account(fixed<32>(hex(one[0])));
    EXPECT_EQ(to_ss58(account), one[1]);
    EXPECT_EQ(from_ss58(one[1].get<std::string>()).value(), account);
  }
  for (const auto& key : vectors()["keys"]) {
    EXPECT_EQ(to_ss58(AccountId(fixed<32>(hex(key["public_key"])))), key["ss58_42"]);
  }
}

TEST(Ss58, AWrongCharacterIsNoticed) {
  const auto bad = from_ss58(vectors()["ss58"]["bad_checksum"].get<std::string>());
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().cause.find("checksum"), std::string::npos);
}

// //Alice on Polkadot, Kusama and under a prefix of two bytes, by @polkadot/util-crypto.
TEST(Ss58, OtherNetworksAddressesAreNamed) {
  for (const auto& [address, prefix] :
       {std::pair{"15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", "0"},
        std::pair{"HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F", "2"},
        std::pair{"VdvKmYJfD4VXA9fzz1SbmCo2eYHSzUFbaDCZSuaNKJAe8YNg6", "1284"}}) {
    const auto other = from_ss58(address);
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().cause.find("another network (SS58 prefix " + std::string(prefix) + ")"),
              std::string::npos)
        << other.error().cause;
  }
}

TEST(Ss58, TextThatIsNoAddressIsRefusedAndNotRepeated) {
  const std::string secret = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
  for (const std::string& text :
       {std::string(), std::string("5"), std::string("5Grw0"), secret, std::string(5000, '5')}) {
    const auto read = from_ss58(text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().cause,
              "a text of " + std::to_string(text.size()) + " characters is not an address");
  }
}

// draft-msporny-base58, test vectors.
TEST(Base58, MatchesThePublishedVectors) {
  EXPECT_EQ(to_base58(view_of("Hello World!")), "2NEpo7TZRRrLZSi2U");
  EXPECT_EQ(to_base58(hex(std::string("0000287fb4cd"))), "11233QC4");
  EXPECT_EQ(from_base58("11233QC4"), hex(std::string("0000287fb4cd")));
}

RC_GTEST_PROP(Base58, ReadsBack, (const ByteVector& bytes)) {
  RC_PRE(bytes.size() <= 90);
  RC_ASSERT(from_base58(to_base58(bytes)) == bytes);
}

RC_GTEST_PROP(Ss58, ReadsBackAndNoticesEachChangedCharacter,
              (const std::array<std::uint8_t, 32>& account, std::uint8_t at)) {
  std::string address = to_ss58(AccountId(account));
  RC_ASSERT(from_ss58(address).value() == AccountId(account));
  char& c = address[at % address.size()];
  c = c == 'x' ? 'y' : 'x';
  // Sixteen bits of checksum: by chance one change in 65,536 is not noticed; then it is another valid
  // address.
  const auto changed = from_ss58(address);
  RC_ASSERT(!changed || *changed != AccountId(account));
}

}  // namespace
}  // namespace reconcile::chain
