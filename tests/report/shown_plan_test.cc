#include "reconciler/report/shown_plan.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

Step upload(const std::string& name) {
  UploadFile file;
  file.name = name;
  file.key = ObjectKey("data/" + name);
  return {file, "new in buffer"};
}

TEST(ShownPlan, IsBoundedAndCountsWhatItLeavesOut) {
  Plan plan;
  for (int i = 0; i < 1000; ++i) plan.steps.push_back(upload(std::to_string(i)));
  plan.refusals.push_back(
      {"objects", "maxDeletes", "--allow maxDeletes=2", {Fault::kDenied, "too many", ""}});
  const ShownPlan shown = shown_plan(plan, "reconcile -f p.yaml");
  EXPECT_EQ(shown.lines.size(), kShownLinesMax);
  EXPECT_EQ(shown.lines_more, 1001 - kShownLinesMax);
  EXPECT_EQ(shown.lines.back().section, "blocked") << "what is blocked is never left out before what is not";
  EXPECT_EQ(shown.board.size(), kShownLinesMax);
  EXPECT_EQ(shown.board_more, 1001 - kShownLinesMax);
  EXPECT_EQ(shown.board.front().state, "blocked");
  EXPECT_EQ(shown.command, "reconcile -f p.yaml --approve 00000000");
}

TEST(ShownPlan, CutsLongNamesBetweenCharacters) {
  Plan plan;
  std::string name;
  for (int i = 0; i < 500; ++i) name += "é";
  plan.steps.push_back(upload(name));
  const std::string subject = shown_plan(plan, "").lines.at(0).subject;
  EXPECT_LE(subject.size(), kShownTextMax);
  EXPECT_TRUE(subject.ends_with("é…")) << subject;
}

TEST(ShownPlan, OffersNoCommandWhereThereIsNothingToApprove) {
  const ShownPlan shown = shown_plan(Plan{}, "reconcile -f p.yaml");
  EXPECT_EQ(shown.command, "");
  EXPECT_TRUE(shown.empty);
}

}  // namespace
}  // namespace reconcile
