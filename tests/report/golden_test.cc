// Every rendering of every sample, and what holds for all of them.

#include "golden.h"

#include "generate.h"
#include "samples.h"
#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/utf8.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/display.h"
#include "reconciler/report/json.h"
#include "reconciler/report/markdown.h"
#include "reconciler/report/outcome.h"
#include "reconciler/report/text.h"

namespace reconcile {
namespace {

using testing_plans::all_samples;
using testing_plans::expect_golden;
using testing_plans::Sample;

const JsonOptions kVersion{.tool_version = "0.0.0"};

TextOptions text_options() { return {.command_hint = "reconcile -f manifests/sn13-r2.yaml"}; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::string without_color(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

class Golden : public testing::TestWithParam<Sample> {};

TEST_P(Golden, Text) {
  expect_golden(GetParam().name + ".txt", render_text(GetParam().plan, text_options()));
}

TEST_P(Golden, ColoredText) {
  TextOptions options = text_options();
  options.color = true;
  expect_golden(GetParam().name + ".color.txt", render_text(GetParam().plan, options));
}

TEST_P(Golden, Json) { expect_golden(GetParam().name + ".json", render_json(GetParam().plan, kVersion)); }
TEST_P(Golden, Ndjson) {
  expect_golden(GetParam().name + ".ndjson", render_ndjson(GetParam().plan, kVersion));
}
TEST_P(Golden, Markdown) { expect_golden(GetParam().name + ".md", render_markdown(GetParam().plan)); }

TEST_P(Golden, ColorOnlyColors) {
  TextOptions options = text_options();
  const std::string plain = render_text(GetParam().plan, options);
  options.color = true;
  EXPECT_EQ(without_color(render_text(GetParam().plan, options)), plain);
}

TEST_P(Golden, FitsItsWidth) {
  for (const int width : {60, 72, 80, 100, 160}) {
    TextOptions options = text_options();
    options.width = width;
    options.show_all = width == 160;
    for (const std::string& line : lines_of(render_text(GetParam().plan, options))) {
      const bool stays_whole = line.starts_with("Plan: ") || line.starts_with("Apply: ");
      if (width == 100 || !stays_whole) {
        EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
      }
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST_P(Golden, AsciiIsAscii) {
  TextOptions options = text_options();
  options.ascii = true;
  for (const char c : render_text(GetParam().plan, options))
    EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << static_cast<int>(c);
}

TEST_P(Golden, SavedPlansReadBack) {
  const Result<Plan> read = parse_plan(render_json(GetParam().plan, kVersion));
  ASSERT_TRUE(read) << read.error().cause;
  EXPECT_EQ(read->steps, GetParam().plan.steps);
}

INSTANTIATE_TEST_SUITE_P(Samples, Golden, testing::ValuesIn(all_samples()), [](const auto& sample) {
  return std::regex_replace(sample.param.name, std::regex("[^a-z]"), "_");
});

TEST(GoldenOutcome, TextAndJson) {
  for (const auto& [name, report] : {std::pair{"outcome-partial", testing_plans::partial_report()},
                                     std::pair{"outcome-converged", testing_plans::converged_report()}}) {
    expect_golden(std::string(name) + ".txt", render_outcome(report, {}));
    expect_golden(std::string(name) + ".json", render_outcome_json(report, kVersion));
    expect_golden(std::string(name) + ".ndjson", render_outcome_ndjson(report, kVersion));
    for (const std::string& line : lines_of(render_outcome(report, {})))
      EXPECT_LE(display_width(line), 100u) << line;
  }
}

bool shows_only_text(const std::string& line) { return visible(line) == line; }

RC_GTEST_PROP(AnyPlan, FitsShowsOnlyTextAndNeverForgesALine, ()) {
  const Plan plan = testing_plans::any_plan();
  TextOptions options{.width = *rc::gen::inRange(60, 140), .show_all = *rc::gen::arbitrary<bool>()};
  const std::string text = render_text(plan, options);
  std::size_t plan_lines = 0;
  for (const std::string& line : lines_of(text)) {
    RC_ASSERT(is_utf8(line));
    RC_ASSERT(shows_only_text(line));
    plan_lines += line.starts_with("Plan: ") || line.starts_with("No changes.") ? 1u : 0u;
    const bool too_wide = display_width(line) > static_cast<std::size_t>(options.width);
    if (too_wide && !line.starts_with("Plan: ")) RC_FAIL(line);
  }
  RC_ASSERT(plan_lines <= 1u);
}

RC_GTEST_PROP(AnyPlan, MarkdownStaysBelowItsLimit, ()) {
  Plan plan = testing_plans::any_plan();
  const auto copies = *rc::gen::inRange<std::size_t>(1, 400);
  const std::vector<Note> notes = plan.notes;
  for (std::size_t at = 1; at < copies; ++at) plan.notes.insert(plan.notes.end(), notes.begin(), notes.end());
  const std::string text = render_markdown(plan);
  RC_ASSERT(text.size() < kMarkdownBytesMax);
  for (const std::string& line : lines_of(text)) RC_ASSERT(shows_only_text(line));
}

RC_GTEST_PROP(AnyPlan, NdjsonIsOneRecordALine, ()) {
  const Plan plan = testing_plans::any_plan();
  const std::size_t expected =
      2 + plan.domains.size() + plan.steps.size() + plan.notes.size() + plan.refusals.size();
  RC_ASSERT(lines_of(render_ndjson(plan, kVersion)).size() == expected);
}

}  // namespace
}  // namespace reconcile
