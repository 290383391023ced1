#pragma once
// What every Chain must do, as a gtest suite over factories. Include it in exactly one .cc of a test binary:
//
//   INSTANTIATE_TEST_SUITE_P(MyChain, ChainContract,
//                            testing::Values(ChainFactory{"my", [] { return std::make_unique<MyFixture>();
//                            }}), chain_name);

#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/ports/chain.h"

namespace reconcile::contract {

class ChainFixture {
 public:
  virtual ~ChainFixture() = default;
  /// A chain on which the accounts below may commit and have not. The same one at every call.
  virtual Chain& chain() = 0;
  /// Two accounts of one subnet, and the first hotkey on another subnet.
  virtual Account account() { return {13, "hotkey-one"}; }
  virtual Account other_hotkey() { return {13, "hotkey-two"}; }
  virtual Account other_netuid() { return {14, account().hotkey}; }
};

struct ChainFactory {
  std::string name;
  std::function<std::unique_ptr<ChainFixture>()> make;
};
inline std::ostream& operator<<(std::ostream& out, const ChainFactory& factory) {
  return out << factory.name;
}
inline std::string chain_name(const testing::TestParamInfo<ChainFactory>& info) { return info.param.name; }

class ChainContract : public testing::TestWithParam<ChainFactory> {
 protected:
  void SetUp() override { fixture_ = GetParam().make(); }
  Chain& chain() { return fixture_->chain(); }
  ChainView view_of(const Account& account) {
    const Result<ChainView> view = chain().observe(account);
    EXPECT_TRUE(view) << view.error().cause;
    return view ? *view : ChainView{};
  }
  Inclusion must_commit(const Account& account, const Commitment& commitment) {
    const Result<Inclusion> inclusion = chain().commit(account, commitment);
    EXPECT_TRUE(inclusion) << inclusion.error().cause;
    return inclusion ? *inclusion : Inclusion{};
  }
  void expect_stored(const Account& account, const Commitment& commitment) {
    const ChainView view = view_of(account);
    ASSERT_TRUE(view.commitment);
    EXPECT_TRUE(same_bytes(commitment, *view.commitment)) << describe(*view.commitment);
  }
  void expect_refused(const Commitment& commitment) {
    const Result<Inclusion> refused = chain().commit(fixture_->account(), commitment);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::kInvalidInput);
  }
  static Field raw(std::string_view text) {
    return {Field::Kind::kRaw, ByteVector(text.begin(), text.end())};
  }
  static Field sha256(std::uint8_t byte) { return {Field::Kind::kSha256, ByteVector(32, byte)}; }

  std::unique_ptr<ChainFixture> fixture_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ChainContract);

TEST_P(ChainContract, HoldsNothingAtFirst) {
  const ChainView view = view_of(fixture_->account());
  EXPECT_FALSE(view.commitment);
  EXPECT_TRUE(view.registered);
  EXPECT_GE(view.limits.fields_max, 1u);
  EXPECT_GE(view.limits.raw_bytes_max, 128u);
}

TEST_P(ChainContract, StoresWhatWasCommitted) {
  const Commitment commitment{{raw("rc1|abc|https://example.org/i/00000001.json")}};
  const Inclusion inclusion = must_commit(fixture_->account(), commitment);
  expect_stored(fixture_->account(), commitment);
  const ChainView view = view_of(fixture_->account());
  EXPECT_EQ(view.commitment->block, inclusion.block);
  EXPECT_GE(view.finalized_block, inclusion.block) << "commit returns when it is final";
}

TEST_P(ChainContract, StoresTwoFieldsAndEveryByte) {
  ByteVector bytes;
  for (int i = 0; i < 128; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 2 + 1));
  const Commitment commitment{{Field{Field::Kind::kRaw, bytes}, sha256(0xee)}};
  must_commit(fixture_->account(), commitment);
  expect_stored(fixture_->account(), commitment);
}

TEST_P(ChainContract, StoresAnEmptyField) {
  const Commitment commitment{{raw("")}};
  must_commit(fixture_->account(), commitment);
  expect_stored(fixture_->account(), commitment);
}

TEST_P(ChainContract, KeepsOnlyTheLast) {
  must_commit(fixture_->account(), {{raw("first"), sha256(1)}});
  must_commit(fixture_->account(), {{raw("second")}});
  expect_stored(fixture_->account(), {{raw("second")}});
}

TEST_P(ChainContract, LeavesOtherAccountsAlone) {
  must_commit(fixture_->account(), {{raw("mine")}});
  EXPECT_FALSE(view_of(fixture_->other_hotkey()).commitment);
  EXPECT_FALSE(view_of(fixture_->other_netuid()).commitment);
  must_commit(fixture_->other_hotkey(), {{raw("theirs")}});
  expect_stored(fixture_->account(), {{raw("mine")}});
  expect_stored(fixture_->other_hotkey(), {{raw("theirs")}});
}

TEST_P(ChainContract, RefusesMoreThan128Bytes) {
  must_commit(fixture_->account(), {{raw("before")}});
  expect_refused({{raw(std::string(129, 'x'))}});
  expect_refused({{raw("ok"), raw(std::string(129, 'x'))}});
  expect_stored(fixture_->account(), {{raw("before")}});
  const Commitment longest{{raw(std::string(128, 'x'))}};
  must_commit(fixture_->account(), longest);
  expect_stored(fixture_->account(), longest);
}

TEST_P(ChainContract, RefusesFourFields) {
  must_commit(fixture_->account(), {{raw("before")}});
  expect_refused({{raw("1"), raw("2"), raw("3"), raw("4")}});
  expect_stored(fixture_->account(), {{raw("before")}});
  const Commitment three{{raw("1"), raw("2"), raw("3")}};
  must_commit(fixture_->account(), three);
  expect_stored(fixture_->account(), three);
}

TEST_P(ChainContract, RefusesAHashOfAnotherLength) {
  expect_refused({{Field{Field::Kind::kSha256, ByteVector(31, 1)}}});
  expect_refused({{Field{Field::Kind::kSha256, ByteVector(33, 1)}}});
  EXPECT_FALSE(view_of(fixture_->account()).commitment);
}

TEST_P(ChainContract, CountsBlocksUpwards) {
  std::uint64_t last = view_of(fixture_->account()).finalized_block;
  for (const char* text : {"one", "two", "three"}) {
    const Inclusion inclusion = must_commit(fixture_->account(), {{raw(text)}});
    EXPECT_GT(inclusion.block, last);
    last = inclusion.block;
    EXPECT_GE(view_of(fixture_->account()).finalized_block, last);
  }
}

TEST_P(ChainContract, AnswersTheSameTwice) {
  must_commit(fixture_->account(), {{raw("same")}});
  const ChainView one = view_of(fixture_->account());
  const ChainView two = view_of(fixture_->account());
  EXPECT_EQ(one.commitment, two.commitment);
  EXPECT_LE(one.finalized_block, two.finalized_block);
}

}  // namespace reconcile::contract
