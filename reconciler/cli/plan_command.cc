// --plan: opens nothing but the reading halves, and so cannot write.

#include <nlohmann/json.hpp>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/outcome_code.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/engine/pass.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/json.h"
#include "reconciler/report/markdown.h"
#include "reconciler/report/text.h"

namespace reconcile::cli {
namespace {

/// Several plans in one JSON document, as kubectl prints several objects.
std::string as_list(const std::vector<std::string>& documents) {
  if (documents.size() == 1) return documents.front();
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const std::string& document : documents) items.push_back(nlohmann::ordered_json::parse(document));
  const nlohmann::ordered_json list{
      {"schemaVersion", kPlanSchemaVersion}, {"kind", "PlanList"}, {"items", std::move(items)}};
  return list.dump(2) + "\n";
}

}  // namespace

ExitCode plan_command(const Options& options, const std::vector<Publication>& publications,
                      Console& console) {
  ExitCode code = kOk;
  std::vector<std::string> documents;
  for (const Publication& publication : publications) {
    const Desired& desired = publication.desired;
    const Result<std::unique_ptr<ReadSite>> site = open_for_reading(publication, options);
    if (!site) {
      console.error(within(desired.name, site.error()));
      code = worse(code, kError);
      continue;
    }
    const Plan plan = plan_only(desired, (*site)->site, (*site)->ports(), options.allowances).plan;
    const ExitCode own = code_of(plan, options.detailed_exitcode);
    code = worse(code, own);
    const JsonOptions json{.exit_code = own};
    switch (options.output) {
      case Output::kText:
        console.out(render_text(plan, {.color = console.color_out(),
                                       .width = console.width(),
                                       .show_all = options.show_all,
                                       .command_hint = command_hint(options)}));
        break;
      case Output::kMarkdown:
        console.out(render_markdown(plan));
        break;
      case Output::kNdjson:
        console.out(render_ndjson(plan, json));
        break;
      case Output::kJson:
        documents.push_back(render_json(plan, json));
        break;
    }
    if (!options.plan_out.empty()) {
      const Result<void> kept =
          publications.size() == 1
              ? write_file_atomically(options.plan_out, render_json(plan, json), 0600)
              : Result<void>(fail(Fault::kInvalidInput,
                                  "--plan-out keeps one plan, and there are several publications",
                                  "choose one with --target NAME"));
      if (!kept) {
        console.error(kept.error());
        code = worse(code, kError);
      }
    }
  }
  if (!documents.empty()) console.out(as_list(documents));
  return code;
}

}  // namespace reconcile::cli
