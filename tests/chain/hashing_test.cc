#include "reconciler/chain/hashing.h"

#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>

namespace reconcile::chain {
namespace {

using testing::alice;
using testing::hex;
using testing::vectors;

template <class Digest>
ByteVector bytes_of(const Digest& digest) {
  return ByteVector(digest.begin(), digest.end());
}

TEST(Hashing, MatchesPolkadotJs) {
  const auto& expected = vectors()["hashing"];
  for (const auto& [name, digest] : expected["twox128"].items()) {
    EXPECT_EQ(bytes_of(twox_128(view_of(name))), hex(digest)) << name;
  }
  EXPECT_EQ(bytes_of(twox_64(alice().get())), hex(expected["twox64_alice"]));
  EXPECT_EQ(bytes_of(blake2_256(view_of("abc"))), hex(expected["blake2_256_abc"]));
  EXPECT_EQ(bytes_of(blake2_128(alice().get())), hex(expected["blake2_128_alice"]));
}

// RFC 7693, appendix A.
TEST(Hashing, MatchesTheBlake2bRfc) {
  EXPECT_EQ(to_hex(blake2_512(view_of("abc"))),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

TEST(Hashing, LongerTwoxDigestsBeginWithTheShorterOnes) {
  const auto wide = bytes_of(twox_256(view_of("System")));
  const auto half = bytes_of(twox_128(view_of("System")));
  EXPECT_TRUE(std::equal(half.begin(), half.end(), wide.begin()));
}

}  // namespace
}  // namespace reconcile::chain
