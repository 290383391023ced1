// Rules of the plan's text that no single sample shows.

#include "reconciler/report/text.h"

#include "samples.h"

#include <gtest/gtest.h>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/markdown.h"
#include "reconciler/report/outcome.h"
#include "reconciler/report/summary.h"

namespace reconcile {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}

TextOptions with_hint() { return {.command_hint = "reconcile -f m.yaml"}; }

Plan uploads(int number) {
  Plan out;
  out.publication = "p";
  for (int at = 0; at < number; ++at) {
    UploadFile upload;
    upload.name = "f" + std::to_string(at);
    upload.key = ObjectKey("data/" + upload.name);
    out.steps.push_back({upload, "new in buffer"});
  }
  out.counts.upload = static_cast<std::uint64_t>(number);
  return out;
}

TEST(Text, FoldsAbove20LinesAndSaysHowMany) {
  EXPECT_EQ(count(render_text(uploads(20), {}), "  + data/"), 20u);
  EXPECT_EQ(count(render_text(uploads(20), {}), "more"), 0u);
  const std::string folded = render_text(uploads(204), {});
  EXPECT_EQ(count(folded, "  + data/"), 19u);
  EXPECT_NE(folded.find("  … 185 more (--show-all)\n"), std::string::npos);
  EXPECT_EQ(count(render_text(uploads(204), {.show_all = true}), "  + data/"), 204u);
}

TEST(Text, ShowsTheCommitThatTheManifestIsFromAndWhoSignedIt) {
  Plan plan = uploads(1);
  plan.revision = Revision{"4c1e9d2ab01f" + std::string(28, '0'), ""};
  EXPECT_NE(render_text(plan, {}).find(" · commit 4c1e9d2ab01f · "), std::string::npos);
  plan.revision->signer = "ops\x1b[2J";
  const std::string words = "commit 4c1e9d2ab01f (signed: ops\\x1b[2J)";
  EXPECT_NE(render_text(plan, {.width = 120}).find(" · " + words + " · 1970"), std::string::npos);
  EXPECT_NE(render_text(plan, {.width = 80}).find("Z\n  " + words + "\n"), std::string::npos);
  EXPECT_NE(render_markdown(plan).find(" · commit 4c1e9d2ab01f (signed: ops"), std::string::npos);
  EXPECT_EQ(render_markdown(plan).find('\x1b'), std::string::npos);
}

TEST(Text, NeverFoldsADeletion) {
  const std::string text = render_text(testing_plans::expiry_plan(), {});
  EXPECT_EQ(count(text, "\n  - data/"), 30u);
}

TEST(Text, NeverFoldsWhatOverwrites) {
  Plan plan = uploads(100);
  std::get<UploadFile>(plan.steps[90].action).replaces = true;
  const std::string text = render_text(plan, {});
  EXPECT_NE(text.find("  ~ data/f90"), std::string::npos);
  EXPECT_NE(text.find("! the bytes now under this key are overwritten"), std::string::npos);
}

TEST(Text, TheLegendHasOnlyTheSymbolsUsed) {
  const std::string text = render_text(uploads(1), {});
  EXPECT_NE(text.find("Legend: + create\n"), std::string::npos);
}

TEST(Text, OffersNoApplyWhereSomethingIsBlocked) {
  const std::string text = render_text(testing_plans::blocked_plan(), with_hint());
  EXPECT_EQ(text.find("--approve"), std::string::npos);
  EXPECT_NE(text.find("to accept it once: --allow maxDeletes=412\n"), std::string::npos);
  EXPECT_NE(text.find("3 blocked."), std::string::npos);
}

TEST(Text, ShowsTheWholeCommitmentWhereTheLineShortensIt) {
  const Plan plan = testing_plans::daily_plan();
  std::string text;
  for (const Step& step : plan.steps)
    if (const auto* commit = std::get_if<CommitAction>(&step.action)) text = commit->text;
  EXPECT_NE(render_text(plan, {}).find("\n      " + text + "\n"), std::string::npos);
}

TEST(Text, DoesNotSayThatAllMatchesWhatItCouldNotRead) {
  Plan plan = testing_plans::empty_plan();
  EXPECT_NE(render_text(plan, {}).find(std::string("\n") + kNoChanges + "\n"), std::string::npos);
  plan.domains[0].completeness = "partial";
  const std::string text = render_text(plan, {});
  EXPECT_EQ(text.find("No changes."), std::string::npos);
  EXPECT_NE(text.find("Not everything could be read: bucket partial."), std::string::npos);
}

TEST(Text, ClosesWithTheNumbersOfTheSummary) {
  Plan plan;
  plan.steps.push_back({CreateBucket{"b"}, ""});
  plan.counts = {1, 2, 3, 4, 5, 6, 7, 8, Bytes(2048), 1, MicroUsd(-1'500'000), MicroUsd(20'000)};
  EXPECT_EQ(
      closing_counts(plan),
      "Plan: 1 to upload, 2 to change, 6 to delete, 3 to commit, 4 to release, 5 quarantined, 7 blocked.");
  EXPECT_EQ(closing_cost(plan), "2.0 KiB up, 1 request, -$1.50/month, $0.02 once.");
  plan.counts = {};
  EXPECT_EQ(closing_counts(plan), "Plan: 1 step.");
  EXPECT_EQ(closing_cost(plan), "");
}

TEST(Markdown, HasTheSameClosingNumbersAndNeverLeavesOutADeletionFirst) {
  const Plan plan = testing_plans::daily_plan();
  const std::string text = render_markdown(plan);
  EXPECT_NE(text.find("**" + closing_counts(plan) + "** " + closing_cost(plan)), std::string::npos);
  const std::string blocked = render_markdown(testing_plans::blocked_plan());
  EXPECT_LT(blocked.find("--allow maxDeletes=412"), blocked.find("reddit&#95;01"));
}

TEST(Markdown, CountsWhatDoesNotFit) {
  Plan plan = uploads(0);
  for (int at = 0; at < 5000; ++at)
    plan.steps.push_back(
        {ExpireObject{ObjectKey("data/" + std::to_string(at)), Bytes(1), "", {}, "r"}, "expired"});
  const std::string text = render_markdown(plan);
  EXPECT_LT(text.size(), kMarkdownBytesMax);
  const std::size_t shown = count(text, "| `-` |");
  EXPECT_GT(shown, 100u);
  EXPECT_NE(text.find("… " + print_count(5000 - shown) + " more\n"), std::string::npos);
}

TEST(Markdown, EscapesMarkup) {
  EXPECT_EQ(escape_markdown("<b>|`*_[x](https://e)\\~"),
            "&#60;b&#62;&#124;&#96;&#42;&#95;&#91;x&#93;(https&#58;//e)&#92;&#126;");
  EXPECT_EQ(escape_markdown("@all #12 www.x"), "&#64;<!-- -->all &#35;<!-- -->12 www&#46;x");
  EXPECT_EQ(escape_markdown("a\nb"), "a&#92;x0ab");
}

TEST(Outcome, NeverFoldsAFailure) {
  ApplyReport report;
  for (int at = 0; at < 50; ++at)
    report.outcomes.push_back({"objects/" + std::to_string(at), "create", ActionOutcome::Kind::kFailed,
                               Error{Fault::kDenied, "HTTP 403", "ask for access"}, ""});
  EXPECT_EQ(count(render_outcome(report, {}), "  x objects/"), 50u);
  EXPECT_NE(render_outcome(report, {}).find("Applied: 0 done, 50 failed. 0 B up in 0s. Not converged.\n"),
            std::string::npos);
}

TEST(Reversibility, FollowsWhatAnActionDestroys) {
  EXPECT_EQ(reversibility_of(ExpireObject{}), Reversibility::kIrreversible);
  EXPECT_EQ(reversibility_of(UploadFile{}), Reversibility::kReversible);
  EXPECT_EQ(reversibility_of(UploadFile{.replaces = true}), Reversibility::kIrreversible);
  EXPECT_EQ(reversibility_of(SetLifecycle{}), Reversibility::kReversible);
  EXPECT_EQ(reversibility_of(SetLifecycle{{}, {}, {{.forecast = "3 objects"}}}),
            Reversibility::kIrreversible);
  EXPECT_EQ(reversibility_of(ReleaseFile{}), Reversibility::kRecoverable);
  EXPECT_EQ(reversibility_of(ReleaseFile{.how = AfterPublish::kKeep}), Reversibility::kReversible);
}

}  // namespace
}  // namespace reconcile
