#include "reconciler/serve/answer.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/report/status.h"
#include "reconciler/serve/assets.h"
#include "reconciler/serve/page.h"

namespace reconcile::serve {
namespace {

Answer health(const ProcessStatus& status) {
  const Seconds age = std::max(Seconds(0), status.now - status.heartbeat);
  const bool alive = age <= kHeartbeatMax;
  return {.code = alive ? 200 : 503,
          .body = fmt::format("{}: the loop last moved {} s ago\n", alive ? "ok" : "stuck", age.count())};
}

Answer readiness(const ProcessStatus& status) {
  Answer out;
  for (const PublicationStatus& publication : status.publications) {
    const Condition* ready = condition_of(publication, "Ready");
    const bool fine = ready && (ready->status == Truth::kTrue || ready->reason == "Suspended");
    if (!fine) out.code = 503;
    out.body += fmt::format("{} {}: {}\n", fine ? "ok" : "not ready", publication.name,
                            ready ? ready->reason : "Unknown");
  }
  return out;
}

constexpr const char* kJson = "application/json";
constexpr std::string_view kOnePublication = "/api/v1/publications/";

Answer one_publication(const std::string& name, ProcessStatus status) {
  std::erase_if(status.publications, [&](const PublicationStatus& other) { return other.name != name; });
  if (status.publications.empty()) return {.code = 404, .body = "no publication has this name\n"};
  return {.content_type = kJson, .body = render_status_json(status)};
}

}  // namespace

Answer answer(const std::string& method, const std::string& path, const ProcessStatus& status) {
  if (method != "GET") return {.code = 405, .body = "only GET\n"};
  if (path == "/healthz") return health(status);
  if (path == "/readyz") return readiness(status);
  if (path == "/metrics")
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = render_metrics(status)};
  if (path == "/")
    return {.content_type = "text/html; charset=utf-8", .body = render_page(status), .policy = page_policy()};
  if (path == "/api/v1/status") return {.content_type = kJson, .body = render_status_json(status)};
  if (path == "/api/v1/overview")
    return {.content_type = kJson, .body = render_status_json(status, StatusDetail::kOverview)};
  if (path == "/api/v1/openapi.json") return {.content_type = kJson, .body = kOpenapi};
  if (path.starts_with(kOnePublication)) return one_publication(path.substr(kOnePublication.size()), status);
  return {.code = 404, .body = "there are /, /healthz, /readyz, /metrics and /api/v1/status\n"};
}

}  // namespace reconcile::serve
