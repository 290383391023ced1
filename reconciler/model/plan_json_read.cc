// A saved plan, read back. The file comes from outside: every size, depth and count is bounded, and the steps
// must still match the digest that was approved.

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/model/action_json.h"
#include "reconciler/model/json_fields.h"
#include "reconciler/model/plan_json.h"

namespace reconcile {
namespace {

constexpr std::size_t kStepsMax = 2'000'000;  // as many as an index may name objects
constexpr std::size_t kLinesMax = 2'000'000;
constexpr std::size_t kDomainsMax = 16;
constexpr int kDepthMax = 16;  // print_plan needs 6

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(Fault::kCorrupt, "plan: " + what, "make the plan anew with --plan --plan-out");
}

/// Depth of brackets outside strings, so that no parser ever meets a deep text.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') ++at;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDepthMax) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

Step step_from(const JsonFields& in) { return {action_from(in.text("kind"), in), in.text("cause")}; }

DomainSummary domain_from(const JsonFields& in) {
  DomainSummary out{in.text("domain"), in.text("location"), in.text("completeness"), {}, {},
                    in.text("detail")};
  if (in.has("count")) out.count = in.count("count");
  if (in.has("bytes")) out.bytes = Bytes(in.count("bytes"));
  return out;
}

Note note_from(const JsonFields& in) {
  Note out{Note::Kind::kUnknown, in.text("address"), in.text("text"), in.text("cause")};
  const std::string kind = in.text("kind");
  for (const Note::Kind candidate : {Note::Kind::kInfo, Note::Kind::kForeign, Note::Kind::kWaiting,
                                     Note::Kind::kWarning, Note::Kind::kUnknown}) {
    out.kind = candidate;
    if (kind == name_of(candidate)) return out;
  }
  in.refuse("kind", "is none of the kinds of a note");
  return out;
}

Refusal refusal_from(const JsonFields& in) {
  Refusal out{in.text("address"),
              in.text("guard"),
              in.text("allow"),
              {Fault::kInternal, in.text("cause"), in.text("remedy")}};
  const std::string fault = in.text("fault");
  for (int at = 0; at <= static_cast<int>(Fault::kInternal); ++at) {
    out.error.fault = static_cast<Fault>(at);
    if (fault == name_of(out.error.fault)) return out;
  }
  in.refuse("fault", "is none of the faults");
  return out;
}

PlanCounts counts_from(const JsonFields& in) {
  PlanCounts out;
  out.upload = in.count("upload");
  out.change = in.count("change");
  out.remove = in.count("delete");
  out.commit = in.count("commit");
  out.release = in.count("release");
  out.quarantine = in.count("quarantine");
  out.blocked = in.count("blocked");
  out.unchanged = in.count("unchanged");
  out.upload_bytes = Bytes(in.count("uploadBytes"));
  out.requests = in.count("requests");
  out.monthly = usd_from(in.number("monthlyUsd"));
  if (in.has("onceUsd")) out.once = usd_from(in.number("onceUsd"));
  return out;
}

Plan plan_from(const JsonFields& in) {
  Plan out;
  const JsonFields head = in.object("plan"), manifest = in.object("manifest");
  out.publication = head.text("publication");
  out.made = head.time("made");
  out.digest = head.digest("digest");
  out.manifest = manifest.text("path");
  out.manifest_digest = manifest.digest("digest");
  if (manifest.has("commit"))
    out.revision =
        Revision{manifest.text("commit"), manifest.has("signedBy") ? manifest.text("signedBy") : ""};
  in.each("observations", kDomainsMax, [&](const JsonFields& e) { out.domains.push_back(domain_from(e)); });
  in.each("actions", kStepsMax, [&](const JsonFields& e) { out.steps.push_back(step_from(e)); });
  in.each("notes", kLinesMax, [&](const JsonFields& e) { out.notes.push_back(note_from(e)); });
  in.each("refusals", kLinesMax, [&](const JsonFields& e) { out.refusals.push_back(refusal_from(e)); });
  out.counts = counts_from(in.object("summary"));
  return out;
}

}  // namespace

Result<Plan> parse_plan(std::string_view text) {
  if (text.size() > kPlanBytesMax.get()) return corrupt(fmt::format("{} bytes long", text.size()));
  if (too_deep(text)) return corrupt("nested too deep");
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return corrupt("not JSON");
  std::optional<Error> error;
  const JsonFields in(json, "", error);
  const std::string version = in.text("schemaVersion");
  if (error) return fail(*error);
  if (!version.starts_with("1."))
    return fail(Fault::kUnsupported, fmt::format("plan: schemaVersion {} is not 1.x", version),
                "apply it with the version of reconcile that made it, or make the plan anew");
  Plan plan = plan_from(in);
  if (error) return fail(*error);
  if (digest_of(plan) != plan.digest) return corrupt("the actions do not match the digest");
  return plan;
}

}  // namespace reconcile
