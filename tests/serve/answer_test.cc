#include "reconciler/serve/answer.h"

#include "tests/serve/status_sample.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace reconcile::serve {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

TEST(Answer, TellsNothingToOtherMethodsAndPaths) {
  const ProcessStatus status = status_sample();
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"})
    EXPECT_EQ(answer(method, "/metrics", status).code, 405) << method;
  for (const char* path : {"//", "/api/v1/publications/", "/api/v1/publications/nobody", "/api/v1/status/",
                           "/../etc/passwd", "/metricsx", ""})
    EXPECT_EQ(answer("GET", path, status).code, 404) << path;
}

TEST(Answer, HealthIsTheHeartbeatsAge) {
  ProcessStatus status = status_sample();
  EXPECT_EQ(answer("GET", "/healthz", status).code, 200);
  status.heartbeat = status.now - kHeartbeatMax - Seconds(1);
  EXPECT_EQ(answer("GET", "/healthz", status).code, 503);
  status.heartbeat = status.now + Seconds(100);  // the clock was turned back
  EXPECT_EQ(answer("GET", "/healthz", status).code, 200);
}

TEST(Answer, ReadinessNamesWhatIsNotReady) {
  ProcessStatus status = status_sample();
  status.publications.pop_back();
  const Answer no = answer("GET", "/readyz", status);
  EXPECT_EQ(no.code, 503);
  EXPECT_EQ(no.body, "not ready sn13: BucketUnavailable\n");
  status.publications[0].conditions[0] = {"Ready", Truth::kFalse, "Suspended", "", 1, status.now};
  EXPECT_EQ(answer("GET", "/readyz", status).code, 200);
  status.publications[0].conditions[0] = {"Ready", Truth::kTrue, "Converged", "", 1, status.now};
  EXPECT_EQ(answer("GET", "/readyz", status).code, 200);
}

class AnswerOfKindStatus : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Paths, AnswerOfKindStatus,
                         ::testing::Values("/api/v1/status", "/api/v1/overview",
                                           "/api/v1/publications/sn13"));

TEST_P(AnswerOfKindStatus, IsWhatItsSchemaDescribes) {
  const std::string file = ::testing::TempDir() + "reconcile-status-" + std::to_string(::getpid()) + ".json";
  std::ofstream(file) << answer("GET", GetParam(), status_sample()).body;
  const std::string command =
      std::string("cd '") + SOURCE_DIR +
      "' && python3 tests/report/check_schema.py --closed schema/status.schema.json " + file;
  EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  std::remove(file.c_str());
}

/// prometheus.io/docs/instrumenting/exposition_formats, text format 0.0.4.
TEST(Answer, MetricsKeepToTheTextFormat) {
  const Answer metrics = answer("GET", "/metrics", status_sample());
  EXPECT_EQ(metrics.content_type, "text/plain; version=0.0.4; charset=utf-8");
  ASSERT_EQ(metrics.body.back(), '\n');
  const std::regex sample(
      R"re(([a-z_]+)(\{[a-z_]+="([^"\\\n]|\\[\\"n])*"(,[a-z_]+="([^"\\\n]|\\[\\"n])*")*\})? (-?[0-9.]+|\+Inf|NaN))re");
  std::set<std::string> families, series;
  std::string family, type;
  for (const std::string& line : lines_of(metrics.body)) {
    std::istringstream words(line);
    std::string hash, kind, name;
    if (line.starts_with("# HELP ")) {
      words >> hash >> kind >> family;
      EXPECT_TRUE(families.insert(family).second) << family << " comes twice";
      EXPECT_TRUE(family.starts_with("reconcile_")) << family;
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      words >> hash >> kind >> name >> type;
      EXPECT_EQ(name, family);
      EXPECT_TRUE(type == "counter" || type == "gauge" || type == "histogram") << line;
      EXPECT_EQ(type == "counter", family.ends_with("_total")) << family;
      continue;
    }
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(line, parts, sample)) << line;
    std::string base = parts[1];
    if (type == "histogram")
      for (const char* suffix : {"_bucket", "_sum", "_count"})
        if (base.ends_with(suffix)) base.resize(base.size() - std::string(suffix).size());
    EXPECT_EQ(base, family) << line;
    EXPECT_TRUE(series.insert(parts[1].str() + parts[2].str()).second) << "twice: " << line;
  }
  EXPECT_TRUE(families.contains("reconcile_convergence_lag_seconds"));
}

TEST(Answer, MetricsSayWhatTheStatusSays) {
  const std::string text = answer("GET", "/metrics", status_sample()).body;
  for (const char* line :
       {"reconcile_convergence_lag_seconds{publication=\"sn13\"} 1500\n",
        "reconcile_runs_total{publication=\"sn13\",result=\"ok\"} 5\n",
        "reconcile_condition{publication=\"sn13\",type=\"Ready\",status=\"False\"} 1\n",
        "reconcile_condition{publication=\"sn13\",type=\"Ready\",status=\"True\"} 0\n",
        "reconcile_run_duration_seconds_bucket{publication=\"sn13\",le=\"5\"} 5\n",
        "reconcile_run_duration_seconds_bucket{publication=\"sn13\",le=\"+Inf\"} 6\n",
        "reconcile_run_duration_seconds_count{publication=\"sn13\"} 6\n",
        "reconcile_errors_total{publication=\"sn13\",class=\"transient\"} 1\n",
        "reconcile_notifications_total{publication=\"sn13\",result=\"failed\"} 4\n",
        "reconcile_chain_commit_used_bytes{publication=\"sn13\"} 300\n", "reconcile_manifest_valid 0\n",
        "reconcile_source_info{address=\"git+https://host/"
        "ops.git\",commit=\"0123456789012345678901234567890123456789\","
        "signer=\"ops\"} 1\n",
        "reconcile_source_reached_timestamp_seconds 1795000000\n",
        "reconcile_drift_detected_total{publication=\"sn13\",domain=\"objects\"} 2\n",
        "reconcile_drift_detected_total{publication=\"sn13\",domain=\"bucket\"} 0\n",
        "reconcile_lease_transitions_total{publication=\"sn13\"} 1\n",
        "reconcile_leader{publication=\"sn13\"} 1\n",
        "reconcile_clock_skew_seconds{publication=\"sn13\",peer=\"bucket\"} -7\n",
        "reconcile_buffer_files{publication=\"na\\\\me\\\"with\\nbreaks\"} 0\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace reconcile::serve
