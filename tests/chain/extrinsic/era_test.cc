#include "reconciler/chain/extrinsic/era.h"

#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile::chain {
namespace {

using testing::hex;
using testing::vectors;

TEST(Era, MatchesPolkadotJsBothWays) {
  for (const auto& one : vectors()["eras"]) {
    const std::uint64_t current = one["current"];
    const Era era = Era::mortal(one["period"], current);
    EXPECT_EQ(era.encode(), hex(one["hex"]));
    EXPECT_EQ(era.period(), one["effective_period"]);
    EXPECT_EQ(era.phase(), one["phase"]);
    EXPECT_EQ(era.birth(current), one["birth"]);
    EXPECT_EQ(era.death(current), one["death"].get<std::uint64_t>());
    const ByteVector bytes = hex(one["hex"]);
    Reader in(bytes);
    EXPECT_EQ(Era::decode(in).value(), era);
    EXPECT_TRUE(in.end());
  }
}

TEST(Era, ImmortalIsOneZeroByteAndNeverDies) {
  EXPECT_EQ(Era::immortal().encode(), ByteVector{0});
  EXPECT_EQ(Era::immortal().birth(1000), 0u);
  EXPECT_FALSE(Era::immortal().death(1000));
  const ByteVector zero{0};
  Reader in(zero);
  EXPECT_EQ(Era::decode(in).value(), Era::immortal());
}

// Cut short; period 2 (a low nibble of zero); phase 4 of period 4, 64 of 64.
TEST(Era, BytesThatAreNoEraAreRefused) {
  for (const char* text : {"", "85", "1000", "4100", "0504"}) {
    const ByteVector bytes = hex(std::string(text));
    Reader in(bytes);
    EXPECT_FALSE(Era::decode(in)) << text;
  }
}

RC_GTEST_PROP(Era, HoldsTheBlockItWasMadeAtAndReadsBack, (std::uint32_t current, std::uint32_t period)) {
  const Era era = Era::mortal(period % 70000, current);
  const ByteVector bytes = era.encode();
  Reader in(bytes);
  RC_ASSERT(Era::decode(in).value() == era);
  RC_ASSERT(era.birth(current) <= current);
  RC_ASSERT(current < era.death(current).value());
  RC_ASSERT(era.birth(current) % era.period() == era.phase());
}

}  // namespace
}  // namespace reconcile::chain
