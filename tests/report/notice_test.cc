#include "reconciler/report/notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reconcile {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

PublicationStatus status_with(Truth ready, const std::string& reason, const std::string& message = "why") {
  PublicationStatus out;
  out.name = "sn13";
  out.conditions = {{"Ready", ready, reason, message, 1, Instant()}};
  out.history.push_front({"1-1", Instant(Seconds(1'795'000'000)), Instant(Seconds(1'795'000'060)), "ok", ""});
  if (ready == Truth::kFalse)
    out.last_error = LastError{"bucket", {Fault::kDenied, message, "ask the owner"}, Instant()};
  return out;
}

/// What is told of a sequence of states, one word each.
std::string told_of(const std::vector<std::pair<Truth, std::string>>& states) {
  Told told;
  std::string out;
  for (const auto& [ready, reason] : states) {
    const std::optional<Notice> notice = notice_of(told, status_with(ready, reason));
    out += (out.empty() ? "" : " ") + (notice ? notice->now.reason : "-");
  }
  return out;
}

TEST(Notice, ChangesAloneAreTold) {
  using enum Truth;
  EXPECT_EQ(told_of({{kUnknown, "FirstPassDue"}, {kTrue, "Converged"}, {kTrue, "Publishing"}}), "- - -");
  EXPECT_EQ(told_of({{kFalse, "BucketUnavailable"}, {kFalse, "BucketUnavailable"}, {kFalse, "Conflict"}}),
            "BucketUnavailable - -");
  EXPECT_EQ(told_of({{kTrue, "Converged"}, {kFalse, "Drift"}, {kTrue, "Converged"}, {kTrue, "Converged"}}),
            "- Drift Converged -");
}

TEST(Notice, AGuardAndAFightAreToldWhateverWasWrongBefore) {
  using enum Truth;
  EXPECT_EQ(told_of({{kFalse, "Conflict"},
                     {kFalse, "GuardBlocked"},
                     {kFalse, "GuardBlocked"},
                     {kFalse, "NotConverging"},
                     {kFalse, "Conflict"}}),
            "Conflict GuardBlocked - NotConverging -");
}

TEST(Notice, BeingStoppedIsNoChange) {
  using enum Truth;
  EXPECT_EQ(told_of({{kTrue, "Converged"}, {kFalse, "Cancelled"}, {kTrue, "Converged"}}), "- - -");
}

Notice sample(const std::string& message = "HTTP 403") {
  Told told{Truth::kTrue, "Converged"};
  return notice_of(told, status_with(Truth::kFalse, "PermissionDenied", message)).value();
}

TEST(Notice, TheGenericFormSaysItForMachines) {
  EXPECT_EQ(nlohmann::json::parse(render_notice(NotifyKind::kGeneric, sample())),
            nlohmann::json::parse(R"({"schemaVersion": "1.0", "kind": "Notice", "publication": "sn13",
              "at": "2026-11-18T11:07:40Z", "ready": false, "reason": "PermissionDenied", "message": "HTTP 403",
              "remedy": "ask the owner", "before": "Converged"})"));
}

TEST(Notice, NoTextCallsAnybodyOrBreaksOutOfItsForm) {
  const Notice hostile = sample("<!channel> @everyone & \"quoted\" \x1b[31m" + std::string(9000, 'x'));
  const nlohmann::json discord = nlohmann::json::parse(render_notice(NotifyKind::kDiscord, hostile));
  EXPECT_LE(discord["content"].get<std::string>().size(), 2000u);
  EXPECT_EQ(discord["allowed_mentions"]["parse"], nlohmann::json::array());
  const std::string slack = nlohmann::json::parse(render_notice(NotifyKind::kSlack, hostile))["text"];
  EXPECT_THAT(slack, HasSubstr("&lt;!channel&gt; @everyone &amp; \"quoted\" \\x1b[31m"));
  EXPECT_THAT(slack, Not(HasSubstr("<")));
  EXPECT_THAT(slack, HasSubstr("sn13: not Ready: PermissionDenied: "));
  EXPECT_THAT(slack, HasSubstr("What to do: ask the owner"));
}

}  // namespace
}  // namespace reconcile
