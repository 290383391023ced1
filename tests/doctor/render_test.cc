// What is printed: the table for people, and the document that schema/doctor.schema.json describes.
#include "reconciler/doctor/render.h"

#include <array>
#include <cstdio>
#include <unistd.h>

#include <gtest/gtest.h>

#include "reconciler/base/files.h"

namespace reconcile::doctor {
namespace {

Report sample() {
  Findings findings;
  findings.ok("manifest/schema", "sn13.yaml is valid");
  findings.warn("env/mode", ".env has mode 0644", "chmod 600 .env");
  findings.fail("bucket/tls", "it is not trusted", "install ca-certificates");
  findings.hidden("bucket/clock", {"bucket/tls"});
  findings.hidden("bucket/credentials", {"bucket/tls"});
  findings.skip("wallet/mode", "nothing is signed here");
  return {"sn13", "sn13.yaml", Instant(Seconds(1'795'332'000)), findings.take()};
}

/// What the validator says; empty when the document is valid.
std::string complaints(const std::string& json) {
  const Path file = std::filesystem::temp_directory_path() / ("doctor-" + std::to_string(getpid()) + ".json");
  EXPECT_TRUE(write_file_atomically(file, json));
  const std::string command =
      std::string("cd '") + SOURCE_DIR +
      "' && python3 tests/report/check_schema.py --closed schema/doctor.schema.json '" + file.string() +
      "' 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) return "python3 did not start";
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t got; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  const int status = pclose(pipe);
  std::filesystem::remove(file);
  return status == 0 ? "" : out + "(status " + std::to_string(status) + ")";
}

TEST(Render, TellsProgramsWhatTheSchemaDescribes) {
  const std::string json = render_json({sample()});
  EXPECT_EQ("", complaints(json));
  EXPECT_NE(json.find("\"verdict\": \"FAIL\""), std::string::npos);
  EXPECT_NE("", complaints("{\"more\":1," + json.substr(1)));
  std::string wrong = json;
  wrong.replace(wrong.find("\"remedy\": \"chmod"), 8, "\"advice\"");
  EXPECT_NE("", complaints(wrong));
}

TEST(Render, FoldsWhatOneFailureHidesAndLeavesOutWhatDoesNotApply) {
  const std::string text = render_text({sample()}, {.width = 100});
  EXPECT_EQ(text, R"(sn13 · sn13.yaml · 2026-11-22T07:20:00Z
OK       manifest/schema     sn13.yaml is valid
WARN     env/mode            .env has mode 0644
                             → chmod 600 .env
FAIL     bucket/tls          it is not trusted
                             → install ca-certificates
SKIPPED  until bucket/tls is mended: bucket/clock, bucket/credentials
42 checks: 1 ok, 1 to look at, 1 failed, 39 skipped (37 do not apply here: --show-all).
)");
  const std::string all = render_text({sample()}, {.width = 100, .show_all = true});
  EXPECT_NE(all.find("SKIPPED  wallet/mode         nothing is signed here\n"), std::string::npos) << all;
}

TEST(Render, ShowsNothingThatCouldMoveOrHideALine) {
  Findings findings;
  findings.fail("buffer/files", "a\x1b[2J\nFAKE line", "look");
  const std::string text = render_text({{"p", "p.yaml", Instant(), findings.take()}}, {.width = 100});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\nFAKE"), std::string::npos);
}

}  // namespace
}  // namespace reconcile::doctor
