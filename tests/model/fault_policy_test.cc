#include "reconciler/model/fault_policy.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace reconcile {
namespace {

std::string words_of(ExitShare exit) {
  switch (exit) {
    case ExitShare::kError:
      return "1";
    case ExitShare::kPartial:
      return "3";
    case ExitShare::kSignal:
      return "130 or 143";
  }
  return "";
}

TEST(FaultPolicy, EachFaultStandsAtItsOwnPlace) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(fault_policies()[i].fault), i);
    EXPECT_NE(std::string(fault_policies()[i].reason), "");
  }
  EXPECT_EQ(static_cast<std::size_t>(Fault::kInternal), kFaults - 1) << "a new fault has no policy yet";
}

TEST(FaultPolicy, ArchitectureShowsTheVeryTable) {
  std::ostringstream text;
  text << std::ifstream(std::string(SOURCE_DIR) + "/ARCHITECTURE.md").rdbuf();
  for (const FaultPolicy& policy : fault_policies()) {
    const std::string reason = policy.reason;
    const std::string row = std::string("| `") + name_of(policy.fault) + "` | " +
                            (policy.retry_intervals == 0 ? "-" : std::to_string(policy.retry_intervals)) +
                            " | " + (policy.needs_human ? "yes" : "no") + " | " +
                            (policy.opens_breaker ? "yes" : "no") + " | " + words_of(policy.exit) + " | `" +
                            (reason[0] == '*' ? "<domain>" + reason.substr(1) : reason) + "` |";
    EXPECT_NE(text.str().find(row), std::string::npos) << "ARCHITECTURE.md lacks or differs: " << row;
  }
}

TEST(FaultPolicy, AnUnavailableDomainIsNamed) {
  EXPECT_EQ(reason_of(Fault::kTransient, "chain/commitment"), "ChainUnavailable");
  EXPECT_EQ(reason_of(Fault::kTransient, "index/i/00000001.json"), "BucketUnavailable");
  EXPECT_EQ(reason_of(Fault::kTransient, "buffer"), "BufferUnavailable");
  EXPECT_EQ(reason_of(Fault::kTransient, "journal"), "LocalUnavailable");
  EXPECT_EQ(reason_of(Fault::kAuth, "bucket"), "CredentialsRejected");
}

}  // namespace
}  // namespace reconcile
