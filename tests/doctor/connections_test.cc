// What is made of a connection, a Date header and the headers of a cache.
#include <gtest/gtest.h>

#include "reconciler/doctor/checks.h"

namespace reconcile::doctor {
namespace {

using Reached = net::Contact::Reached;

constexpr Instant kNow{Seconds(1'800'000'000)};

Verdict verdict_of(Findings& findings, const std::string& id) {
  for (const Check& check : findings.take())
    if (check.id == id) return check.verdict;
  return Verdict::kSkipped;
}

net::Contact contact_that(Reached reached, Seconds certificate_left = Seconds(90 * 86'400)) {
  net::Contact out{.reached = reached, .encrypted = true, .host = "s3.example.org", .address = "192.0.2.1"};
  if (reached != Reached::kTrusted) out.error = Error{Fault::kTransient, "it stopped", "look there", {}};
  if (reached >= Reached::kHandshake)
    out.presented = {{"CN=s3.example.org", "CN=someone", kNow - Seconds(1), kNow + certificate_left}};
  return out;
}

TEST(Connection, FailsWhereItStoppedAndHidesWhatComesAfter) {
  const std::pair<Reached, const char*> rows[] = {{Reached::kNothing, "bucket/dns"},
                                                  {Reached::kName, "bucket/tcp"},
                                                  {Reached::kConnection, "bucket/tls"},
                                                  {Reached::kHandshake, "bucket/tls"}};
  for (const auto& [reached, fails] : rows) {
    Findings findings;
    EXPECT_FALSE(judge_contact("bucket", contact_that(reached), kNow, findings));
    for (const Check& check : findings.take())
      EXPECT_EQ(check.id == fails, check.verdict == Verdict::kFail) << fails << " " << check.id;
  }
}

TEST(Connection, WarnsOfACertificateThatEndsWithinTwoWeeks) {
  const auto at = [](Seconds left) {
    Findings findings;
    EXPECT_TRUE(judge_contact("public", contact_that(Reached::kTrusted, left), kNow, findings));
    return verdict_of(findings, "public/tls");
  };
  EXPECT_EQ(Verdict::kWarn, at(Seconds(14 * 86'400 - 1)));
  EXPECT_EQ(Verdict::kOk, at(Seconds(14 * 86'400)));
}

TEST(Connection, WarnsWhenOneOfSeveralEndpointsIsDead) {
  Findings findings;
  EXPECT_TRUE(judge_contacts("chain", {contact_that(Reached::kName), contact_that(Reached::kTrusted)}, kNow,
                             findings));
  EXPECT_EQ(Verdict::kWarn, verdict_of(findings, "chain/tcp"));
  Findings none;
  EXPECT_FALSE(
      judge_contacts("chain", {contact_that(Reached::kNothing), contact_that(Reached::kName)}, kNow, none));
  EXPECT_EQ(Verdict::kFail, verdict_of(none, "chain/tcp"));
}

TEST(Clock, IsToleratedForFiveMinutesAndRefusedAfterFifteen) {
  const std::pair<Seconds, Verdict> rows[] = {
      {Seconds(0), Verdict::kOk},      {Seconds(300), Verdict::kOk},    {Seconds(301), Verdict::kWarn},
      {Seconds(-301), Verdict::kWarn}, {Seconds(900), Verdict::kWarn},  {Seconds(901), Verdict::kFail},
      {Seconds(-901), Verdict::kFail}, {Seconds(-900), Verdict::kWarn},
  };
  for (const auto& [ahead, verdict] : rows) {
    Findings findings;
    judge_clock("bucket", ahead, findings);
    EXPECT_EQ(verdict, verdict_of(findings, "bucket/clock")) << ahead.count();
  }
  Findings unknown;
  judge_clock("bucket", std::nullopt, unknown);
  EXPECT_EQ(Verdict::kSkipped, verdict_of(unknown, "bucket/clock"));
}

TEST(Caching, IsSeenInAnyOfItsHeaders) {
  const std::pair<net::Headers, Verdict> rows[] = {
      {{}, Verdict::kOk},
      {{{"cf-cache-status", "DYNAMIC"}}, Verdict::kOk},
      {{{"cf-cache-status", "HIT"}}, Verdict::kWarn},
      {{{"cf-cache-status", "MISS"}}, Verdict::kWarn},
      {{{"age", "12"}}, Verdict::kWarn},
      {{{"cache-control", "public, max-age=14400"}}, Verdict::kWarn},
      {{{"cache-control", "max-age=0, s-maxage=60"}}, Verdict::kWarn},
      {{{"cache-control", "max-age=0"}}, Verdict::kOk},
      {{{"cache-control", "no-store, max-age=60"}}, Verdict::kOk},
  };
  for (const auto& [headers, verdict] : rows) {
    Findings findings;
    judge_caching(headers, false, findings);
    EXPECT_EQ(verdict, verdict_of(findings, "public/caching")) << (headers.empty() ? "" : headers[0].second);
  }
}

}  // namespace
}  // namespace reconcile::doctor
