#include "reconciler/base/bytes.h"

#include <type_traits>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/secret.h"
#include "reconciler/base/sha256.h"

namespace reconcile {
namespace {

// RFC 4648 section 10.
TEST(Bytes, EncodesThePublishedBase64Vectors) {
  EXPECT_EQ(to_base64(view_of("fooba")), "Zm9vYmE=");
  EXPECT_EQ(to_base64(view_of("foobar")), "Zm9vYmFy");
  EXPECT_EQ(to_base64url(view_of("fo")), "Zm8");
  EXPECT_EQ(text_of(from_base64("Zm9vYg==").value()), "foob");
}

TEST(Bytes, RefusesBase64ThatHasTwoReadings) {
  EXPECT_FALSE(from_base64("Zm9vYg"));       // padding missing
  EXPECT_FALSE(from_base64url("Zm9vYg=="));  // padding where there is none
  EXPECT_FALSE(
      from_base64url("Zm9"
                     "+"));
  EXPECT_FALSE(from_base64url("Zh"));  // unused bits set
}

RC_GTEST_PROP(Bytes, TextFormsReadBack, (const ByteVector& bytes)) {
  RC_ASSERT(from_hex(to_hex(ByteView(bytes))).value() == bytes);
  RC_ASSERT(from_base64(to_base64(bytes)).value() == bytes);
  RC_ASSERT(from_base64url(to_base64url(bytes)).value() == bytes);
}

// FIPS 180-4 example "abc"; RFC 4231 test case 2.
TEST(Sha256, MatchesThePublishedVectors) {
  EXPECT_EQ(to_hex(sha256_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hmac_sha256(view_of("Jefe"), view_of("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Secret, CannotBeFormattedOrStreamed) {
  EXPECT_FALSE((fmt::is_formattable<Secret>::value));
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string>));
}

TEST(Secret, IsGoneFromTheSourceAfterAMove) {
  Secret a("hunter2");
  const Secret b(std::move(a));
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(b.expose(), "hunter2");
}

TEST(Bytes, RefusesBase64BytesOutsideTheAlphabet) {
  const std::string high = "\xaf\xaf\xaf\xaf";
  EXPECT_FALSE(from_base64(high));
  EXPECT_FALSE(from_base64url(high));
  EXPECT_FALSE(from_base64("31h0" + high + "AAAm"));
}

}  // namespace
}  // namespace reconcile
