#include "reconciler/chain/node/refusal.h"

#include <gtest/gtest.h>

namespace reconcile::chain {
namespace {

Refusal of(std::int64_t code, std::string message, std::string data = "") {
  return explain_refusal({code, std::move(message), std::move(data)});
}

TEST(Refusal, KnowsWhatWasTakenBefore) {
  EXPECT_EQ(of(1013, "Transaction Already Imported").kind, Refused::kPooled);
}

TEST(Refusal, TellsAnotherWriterFromAMovedRuntime) {
  EXPECT_EQ(of(1014, "Priority is too low: (1 vs 1)").error.fault, Fault::kConflict);
  EXPECT_EQ(of(1010, "Invalid Transaction", "Transaction is outdated").error.fault, Fault::kConflict);
  EXPECT_EQ(of(1010, "Invalid Transaction", "Transaction has a bad signature").kind, Refused::kRuntime);
  EXPECT_EQ(of(1002, "Verification Error: Runtime error").kind, Refused::kRuntime);
  EXPECT_EQ(of(1011, "Unknown Transaction Validity").kind, Refused::kRuntime);
  EXPECT_EQ(of(1001, "Extrinsic has invalid format").kind, Refused::kRuntime);
}

TEST(Refusal, NamesWhatTheOperatorMustDo) {
  const Refusal unregistered = of(1010, "Invalid Transaction", "Custom error: 10");
  EXPECT_EQ(unregistered.error.fault, Fault::kDenied);
  EXPECT_NE(unregistered.error.remedy.find("register"), std::string::npos);
  EXPECT_EQ(of(1010, "Invalid Transaction", "Custom error: 6").error.fault, Fault::kQuota);
  EXPECT_EQ(of(1010, "Invalid Transaction", "Custom error: 100").error.fault, Fault::kDenied)
      << "not taken for error 10";
  EXPECT_NE(of(1010, "Invalid Transaction", "Custom error: 255").error.cause.find("Custom error: 255"),
            std::string::npos);
}

TEST(Refusal, IsTransientWhenTheNodeIsBusyOrUnknown) {
  for (const int code : {1012, 1016, 1021, 1018, 4242})
    EXPECT_EQ(of(code, "words").error.fault, Fault::kTransient) << code;
  EXPECT_EQ(of(1010, "Invalid Transaction", "Transaction has an ancient birth block").error.fault,
            Fault::kTransient);
}

TEST(Refusal, ReadsNodesThatGiveNoCode) {
  EXPECT_EQ(of(0, "1010: Invalid Transaction: Transaction is outdated").error.fault, Fault::kConflict);
  EXPECT_EQ(of(0, "wasm `unreachable` instruction executed").kind, Refused::kRuntime);
  EXPECT_EQ(of(0, "something else").error.fault, Fault::kTransient);
}

}  // namespace
}  // namespace reconcile::chain
