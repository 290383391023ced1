#include "reconciler/chain/storage/keys.h"

#include "tests/chain/support/runtime.h"
#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>

#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

using testing::alice;
using testing::hex;
using testing::make_runtime;
using testing::vectors;

ByteVector u16(std::uint16_t value) { return Writer().u16(value).take(); }
ByteVector account() { return Writer().bytes(alice().get()).take(); }

TEST(StorageKeys, MatchPolkadotJsOnBothRuntimes) {
  const Metadata metadata = make_runtime().metadata();
  for (const auto& [runtime, content] : vectors()["runtimes"].items()) {
    for (const auto& [name, expected] : content["storage_keys"].items()) {
      const std::size_t dot = name.find('.'), open = name.find('(');
      const std::string pallet = name.substr(0, dot);
      const std::string entry = name.substr(dot + 1, open == std::string::npos ? open : open - dot - 1);
      std::vector<ByteVector> parts;
      if (name.find("(13,") != std::string::npos) parts.push_back(u16(13));
      if (name.find("//Alice") != std::string::npos) parts.push_back(account());
      if (name.find("(13,0)") != std::string::npos) parts.push_back(u16(0));
      if (name.find("(0)") != std::string::npos) parts.push_back(Writer().u32(0).take());
      EXPECT_EQ(storage_key(metadata, pallet, entry, parts).value(), hex(expected)) << runtime << " " << name;
    }
    const std::vector<ByteVector> subnet{u16(13)};
    EXPECT_EQ(storage_prefix(metadata, "Commitments", "CommitmentOf", subnet).value(),
              hex(content["storage_prefixes"]["Commitments.CommitmentOf(13,*)"]));
  }
}

TEST(StorageKeys, EveryHasherKeepsOrDropsItsPartAsSubstrateSays) {
  const ByteVector part{1, 2, 3};
  const std::pair<Hasher, std::size_t> kSizes[] = {
      {Hasher::kBlake2_128, 16}, {Hasher::kBlake2_256, 32}, {Hasher::kBlake2_128Concat, 19},
      {Hasher::kTwox128, 16},    {Hasher::kTwox256, 32},    {Hasher::kTwox64Concat, 11},
      {Hasher::kIdentity, 3}};
  for (const auto& [hasher, size] : kSizes) EXPECT_EQ(hash_key_part(hasher, part).size(), size);
  EXPECT_EQ(hash_key_part(Hasher::kIdentity, part), part);
}

// A key that does not fit would read as "absent", and absent is not unknown.
TEST(StorageKeys, PartsOfAnotherNumberOrTypeAreRefused) {
  const Metadata metadata = make_runtime().metadata();
  const auto key = [&](std::vector<ByteVector> parts) {
    return storage_key(metadata, "Commitments", "CommitmentOf", parts);
  };
  EXPECT_TRUE(key({u16(13), account()}));
  for (const auto& wrong :
       {key({}), key({u16(13)}), key({u16(13), account(), account()}), key({account(), u16(13)}),
        key({Writer().u32(13).take(), account()}), key({u16(13), ByteVector(31, 0)})}) {
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().fault, Fault::kUnsupported);
  }
  const std::vector<ByteVector> extra{u16(1)};
  EXPECT_FALSE(storage_key(metadata, "Commitments", "MaxSpace", extra));
  EXPECT_FALSE(storage_key(metadata, "Commitments", "RateLimit"));
}

}  // namespace
}  // namespace reconcile::chain
