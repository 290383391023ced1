// What an answer's headers say of a cache before readers.
#include <charconv>

#include <fmt/core.h>

#include "reconciler/doctor/checks.h"
#include "reconciler/model/index.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kCaching = "public/caching";

/// The seconds of `name=` in a Cache-Control header; nullopt: not there.
std::optional<std::uint64_t> directive(std::string_view header, std::string_view name) {
  for (auto at = header.find(name); at != std::string_view::npos; at = header.find(name, at + 1)) {
    if (at > 0 && header[at - 1] != ' ' && header[at - 1] != ',') continue;
    const std::string_view number = header.substr(at + name.size());
    std::uint64_t out = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), out).ec == std::errc()) return out;
  }
  return std::nullopt;
}

}  // namespace

void judge_caching(const net::Headers& headers, bool pointer_is_rewritten, Findings& findings) {
  const net::Response response{.status = 200, .headers = headers};
  std::string evidence;
  const auto add = [&](const std::string& text) { evidence += (evidence.empty() ? "" : ", ") + text; };
  bool cached = false;
  if (const std::string* status = response.header("cf-cache-status")) {
    add("CF-Cache-Status: " + status->substr(0, 40));
    cached = cached || (*status != "DYNAMIC" && *status != "BYPASS" && *status != "NONE/UNKNOWN");
  }
  if (const std::string* age = response.header("age")) {
    add("Age: " + age->substr(0, 20));
    cached = true;
  }
  if (const std::string* control = response.header("cache-control")) {
    add("Cache-Control: " + control->substr(0, 80));
    const bool never = control->find("no-store") != std::string::npos ||
                       control->find("no-cache") != std::string::npos ||
                       control->find("private") != std::string::npos;
    const auto seconds =
        directive(*control, "s-maxage=").value_or(directive(*control, "max-age=").value_or(0));
    cached = cached || (!never && seconds > 0);
  }
  if (!cached)
    return findings.ok(kCaching, evidence.empty() ? "no sign of a cache" : "not cached: " + evidence);
  findings.warn(
      kCaching, "a cache stands before readers: " + evidence,
      pointer_is_rewritten
          ? fmt::format("strategy static-pointer rewrites {}: except it from caching, or readers see "
                        "old indexes",
                        kPointerKey)
          : "new objects have new keys, so readers see them at once; what expired may stay readable "
            "until the cache drops it, and a 404 may be kept too");
}

}  // namespace reconcile::doctor
