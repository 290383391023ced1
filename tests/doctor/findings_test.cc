#include "reconciler/doctor/findings.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace reconcile::doctor {
namespace {

const Check& check_of(const std::vector<Check>& checks, const std::string& id) {
  return *std::find_if(checks.begin(), checks.end(), [&](const Check& check) { return check.id == id; });
}

TEST(Findings, HoldEveryIdOnceInOneOrderWhateverWasLookedAt) {
  Findings findings;
  findings.ok("journal/integrity", "sound");
  findings.warn("env/mode", "loose", "chmod");
  const std::vector<Check> checks = findings.take();
  ASSERT_EQ(catalogue().size(), checks.size());
  for (std::size_t i = 0; i < checks.size(); ++i) EXPECT_EQ(catalogue()[i], checks[i].id);
  EXPECT_EQ(catalogue().size(), std::set<std::string_view>(catalogue().begin(), catalogue().end()).size());
  EXPECT_EQ(Verdict::kSkipped, check_of(checks, "chain/node").verdict);
}

TEST(Findings, TellTheFirstCauseOfWhatIsHidden) {
  Findings findings;
  findings.fail("bucket/dns", "no such name", "check it");
  EXPECT_TRUE(findings.hidden("bucket/tcp", {"bucket/dns"}));
  EXPECT_TRUE(findings.hidden("bucket/tls", {"bucket/tcp"}));
  const std::vector<Check> checks = findings.take();
  EXPECT_EQ(std::vector<std::string>{"bucket/dns"}, check_of(checks, "bucket/tls").because);
}

TEST(Findings, HideNothingBehindWhatIsWellOrDoesNotApply) {
  Findings findings;
  findings.ok("bucket/dns", "known");
  findings.warn("bucket/tcp", "slow", "wait");
  findings.skip("bucket/tls", "no TLS");
  EXPECT_FALSE(findings.hidden("bucket/clock", {"bucket/dns", "bucket/tcp", "bucket/tls", "bucket/exists"}));
}

TEST(Findings, KeepWhatWasSaidFirst) {
  Findings findings;
  findings.fail("bucket/write", "denied", "ask");
  findings.ok("bucket/write", "written");
  EXPECT_TRUE(findings.failed("bucket/write"));
}

TEST(Findings, AreAsBadAsTheWorstAndSkippedOnesCountAsWell) {
  const auto report = [](auto... verdicts) {
    Report out;
    for (const Verdict verdict : {verdicts...}) out.checks.push_back({"a/b", verdict, "seen", "", {}});
    return out;
  };
  EXPECT_EQ(Verdict::kOk, worst(report(Verdict::kOk, Verdict::kSkipped)));
  EXPECT_EQ(Verdict::kWarn, worst(report(Verdict::kWarn, Verdict::kOk)));
  EXPECT_EQ(Verdict::kFail, worst(report(Verdict::kWarn, Verdict::kFail, Verdict::kOk)));
  EXPECT_EQ(Verdict::kFail, worst({report(Verdict::kFail), report(Verdict::kOk)}));
}

}  // namespace
}  // namespace reconcile::doctor
