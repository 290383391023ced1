#include "reconciler/chain/events/events.h"

#include "tests/chain/support/runtime.h"
#include "tests/chain/support/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

using testing::alice;
using testing::make_runtime;

const Metadata& metadata() {
  static const Metadata decoded = make_runtime().metadata();
  return decoded;
}

// EventRecord { phase ApplyExtrinsic(index), event, no topics }.
ByteVector record(std::uint32_t extrinsic, const ByteVector& event) {
  return Writer().u8(0).u32(extrinsic).bytes(event).compact(0).take();
}
ByteVector finalization(const ByteVector& event) { return Writer().u8(1).bytes(event).compact(0).take(); }
ByteVector success() { return Writer().u8(0).u8(0).u64(1).take(); }
ByteVector failed(const ByteVector& error) { return Writer().u8(0).u8(1).bytes(error).u64(1).take(); }
ByteVector committed() { return Writer().u8(18).u8(0).u16(13).bytes(alice().get()).take(); }
ByteVector module_error(std::uint8_t pallet, std::uint8_t error) {
  return Writer().u8(3).u8(pallet).u8(error).u8(0).u8(0).u8(0).take();
}

ByteVector block(const std::vector<ByteVector>& records) {
  Writer out;
  out.compact(records.size());
  for (const ByteVector& one : records) out.bytes(one);
  return out.take();
}

TEST(Events, GivesThoseOfTheOneExtrinsicInOrder) {
  const ByteVector bytes = block({record(0, success()), record(2, committed()), finalization(committed()),
                                  record(2, success()), record(3, failed(module_error(18, 2)))});
  const auto events = events_of(metadata(), bytes, 2).value();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].pallet + "." + events[0].name, "Commitments.Commitment");
  EXPECT_EQ(events[0].fields.at(0).integer, 13u);
  EXPECT_EQ(to_hex(events[0].fields.at(1).inner().bytes), to_hex(alice().get()));
  EXPECT_EQ(events[1].name, "ExtrinsicSuccess");
  EXPECT_FALSE(failure_in(metadata(), events));
}

TEST(Events, NamesTheReasonOfAFailure) {
  const auto reason = [](const ByteVector& error) {
    const auto events = events_of(metadata(), block({record(1, failed(error))}), 1).value();
    return failure_in(metadata(), events).value();
  };
  EXPECT_EQ(reason(module_error(18, 2)).name, "Commitments.SpaceLimitExceeded");
  EXPECT_EQ(reason(module_error(18, 2)).docs, "Space Limit Exceeded for the current interval");
  EXPECT_EQ(reason(module_error(18, 1)).name, "Commitments.AccountNotAllowedCommit");
  EXPECT_EQ(reason(module_error(18, 77)).name, "Module(18, 77)");
  EXPECT_EQ(reason(ByteVector{2}).name, "BadOrigin");
  EXPECT_EQ(reason(ByteVector{7, 0}).name, "Token.FundsUnavailable");
}

TEST(Events, BytesThatDoNotFitAreAnErrorAndNotAnEmptyList) {
  const ByteVector whole = block({record(0, success()), record(1, failed(module_error(18, 2)))});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(events_of(metadata(), ByteView(whole).first(size), 0)) << size;
  }
  ByteVector longer = whole;
  longer.push_back(0);
  EXPECT_FALSE(events_of(metadata(), longer, 0));
  EXPECT_FALSE(events_of(metadata(), block({record(0, ByteVector{99, 0})}), 0));  // an unknown pallet
  EXPECT_TRUE(events_of(metadata(), ByteVector{0}, 0).value().empty());
}

RC_GTEST_PROP(Events, ArbitraryBytesNeverCrash, (const ByteVector& bytes)) {
  const auto events = events_of(metadata(), bytes, 0);
  if (events) (void)failure_in(metadata(), *events);
}

}  // namespace
}  // namespace reconcile::chain
