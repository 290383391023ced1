// What is printed is what the published schemas describe, judged by an independent validator
// (python3-jsonschema).

#include "samples.h"
#include <array>
#include <cstdio>
#include <unistd.h>

#include <gtest/gtest.h>

#include "reconciler/base/files.h"
#include "reconciler/base/sha256.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/json.h"
#include "reconciler/report/outcome.h"
#include "reconciler/report/text.h"

namespace reconcile {
namespace {

/// What the validator says; empty when all is valid.
std::string complaints(const std::string& arguments) {
  const std::string command =
      std::string("cd '") + SOURCE_DIR + "' && python3 tests/report/check_schema.py " + arguments + " 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) return "python3 did not start";
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t got; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  const int status = pclose(pipe);
  return status == 0 ? "" : out + "(status " + std::to_string(status) + ")";
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("report-schema-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  /// Writes a file; returns its path, quoted.
  std::string put(const std::string& name, const std::string& content) const {
    EXPECT_TRUE(write_file_atomically(path_ / name, content));
    return " '" + (path_ / name).string() + "'";
  }

 private:
  Path path_;
};

TEST(Schema, EveryPlanAndReportIsValidAndHasNoMemberThatTheSchemaForgot) {
  const Folder folder;
  std::string files;
  for (const auto& [name, plan] : testing_plans::all_samples())
    files += folder.put(name + ".json", render_json(plan, {.exit_code = 2}));
  files += folder.put("partial.json", render_outcome_json(testing_plans::partial_report(), {.exit_code = 3}));
  files += folder.put("converged.json", render_outcome_json(testing_plans::converged_report()));
  EXPECT_EQ(complaints("--closed schema/plan.schema.json" + files), "");
}

TEST(Schema, KnowsAnIndexInPartsAndItsCopyAndTheTextNamesThem) {
  const Folder folder;
  Plan plan = testing_plans::first_run_plan();
  for (Step& step : plan.steps)
    if (auto* index = std::get_if<WriteIndex>(&step.action)) {
      const Sha256 digest = sha256_of(std::string_view("part"));
      index->parts = {{index_part_key("2026-11-21", digest), Bytes(4), digest, 17}};
      index->parts_kept = 2;
      index->copy = ObjectKey(kPointerKey);
    }
  plan.digest = digest_of(plan);
  const std::string json = render_json(plan, {.exit_code = 2});
  EXPECT_NE(json.find("\"partsKept\": 2"), std::string::npos);
  EXPECT_EQ(complaints("--closed schema/plan.schema.json" + folder.put("parts.json", json)), "");
  const std::string text = render_text(plan, {.width = 240});
  EXPECT_NE(text.find(", 3 parts (1 new)"), std::string::npos) << text;
  EXPECT_NE(text.find("copied to i/latest.json"), std::string::npos) << text;
}

TEST(Schema, EveryEventIsValid) {
  const Folder folder;
  std::string lines;
  for (const auto& [name, plan] : testing_plans::all_samples())
    lines += render_ndjson(plan, {.exit_code = 2});
  for (const ApplyEventType type :
       {ApplyEventType::kStart, ApplyEventType::kProgress, ApplyEventType::kComplete,
        ApplyEventType::kErrored, ApplyEventType::kSkipped, ApplyEventType::kInfo, ApplyEventType::kWarning})
    lines += ndjson_apply_event(type, "objects/a", "said", 1, 2) + ndjson_apply_event(type, "", "said");
  lines += render_outcome_ndjson(testing_plans::converged_report());
  EXPECT_EQ(complaints("schema/event.schema.json" + folder.put("events.ndjson", lines)), "");
}

TEST(Schema, RefusesWhatIsNoPlanAndNoEvent) {
  const Folder folder;
  std::string plan = render_json(testing_plans::first_run_plan());
  const std::string from = "\"mtimeNs\": \"";
  plan.replace(plan.find(from), from.size(), from + "x");
  EXPECT_NE(complaints("schema/plan.schema.json" + folder.put("bad.json", plan)), "");
  EXPECT_NE(complaints("schema/event.schema.json" + folder.put("bad.ndjson", "{\"type\":\"summary\"}\n")),
            "");
  EXPECT_NE(complaints(
                "--closed schema/plan.schema.json" +
                folder.put("more.json", "{\"more\":1," + render_json(testing_plans::empty_plan()).substr(1))),
            "");
}

}  // namespace
}  // namespace reconcile
