#include "reconciler/serve/page.h"

#include "tests/serve/status_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/report/headline.h"
#include "reconciler/serve/answer.h"

namespace reconcile::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Page, HoldsHeaderAndPlanWithoutItsScript) {
  std::string page = render_page(status_sample());
  page.resize(page.find("<script>"));
  EXPECT_THAT(page, HasSubstr("Retrying"));
  EXPECT_THAT(page, HasSubstr("Plan: 3 to upload."));
  EXPECT_THAT(page, HasSubstr("reconcile -f p.yaml --approve 00000000"));
}

TEST(Page, ShowsNamesAsText) {
  ProcessStatus status = status_sample();
  status.publications[0].name = "<img src=x onerror=alert(1)>\"'&\n{{header}}";
  const std::string page = render_page(status);
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("\u202e")));
  EXPECT_THAT(page, HasSubstr("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\\x0a{{header}}"));
}

TEST(Page, KeepsToItsWeightAndNeedsNothingElse) {
  const std::string page = render_page({});
  EXPECT_LE(page.size(), 150'000u);
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("href=\"http")));
  EXPECT_THAT(page_policy(), Not(HasSubstr("unsafe")));
  EXPECT_THAT(page, HasSubstr("No publication is looked after."));
}

TEST(Page, NamesEveryPublicationAndBoundsThePlans) {
  ProcessStatus status = status_sample();
  for (int i = 0; i < 300; ++i) {
    status.publications.push_back(status.publications.front());
    status.publications.back().name = "many-" + std::to_string(i);
  }
  const std::string page = render_page(status);
  EXPECT_THAT(page, HasSubstr("many-299"));
  EXPECT_LE(page.size(), 150'000u);
}

TEST(Headline, IsOfTheWorst) {
  ProcessStatus status = status_sample();
  status.publications[1].conditions[0] = {"Ready", Truth::kTrue, "Converged", "", 1, status.now};
  status.publications[1].caught_up = status.now - Seconds(250);
  EXPECT_EQ(headline_of(status).word, "Retrying");
  EXPECT_EQ(headline_of(status).text, "1 of 2 publications");
  EXPECT_EQ(headline_of(status.publications[1], status.now).text, "4 m ago");
  status.publications[0].history.front().result = "blocked";
  EXPECT_EQ(headline_of(status).word, "Blocked");
  status.publications[0].conditions[0].reason = "Suspended";
  EXPECT_EQ(headline_of(status).word, "Suspended");
  EXPECT_EQ(headline_of(ProcessStatus{}).word, "Empty");
}

}  // namespace
}  // namespace reconcile::serve
