// validate: everything that is wrong with the manifests, at once. No network, no credentials.

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/cli/commands.h"
#include "reconciler/model/plan_json.h"

namespace reconcile::cli {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const manifest::Diagnostic& diagnostic) {
  return {{"file", diagnostic.position.file},
          {"line", diagnostic.position.line},
          {"column", diagnostic.position.column},
          {"address", diagnostic.address},
          {"cause", diagnostic.cause},
          {"remedy", diagnostic.remedy}};
}

Json json_of(const std::vector<manifest::Diagnostic>& diagnostics) {
  Json out = Json::array();
  for (const manifest::Diagnostic& diagnostic : diagnostics) out.push_back(json_of(diagnostic));
  return out;
}

}  // namespace

ExitCode validate_command(const Options& options, const manifest::Manifests& manifests, Console& console) {
  if (options.output == Output::kJson) {
    Json names = Json::array();
    for (const Desired& desired : manifests.publications) names.push_back(desired.name);
    const Json out{{"schemaVersion", kPlanSchemaVersion},
                   {"kind", "Validation"},
                   {"valid", manifests.ok()},
                   {"publications", std::move(names)},
                   {"errors", json_of(manifests.errors)},
                   {"warnings", json_of(manifests.warnings)}};
    console.out(out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  } else {
    for (const manifest::Diagnostic& error : manifests.errors) console.say("error", manifest::print(error));
    for (const manifest::Diagnostic& warning : manifests.warnings)
      console.say("warning", manifest::print(warning));
    if (manifests.ok())
      for (const Desired& desired : manifests.publications)
        console.out(fmt::format("{}: {} is valid\n", desired.source, desired.name));
  }
  return manifests.ok() ? kOk : kInvalidManifest;
}

}  // namespace reconcile::cli
