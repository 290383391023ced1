// explain ADDRESS: the inputs, the rule, the verdict, and when it is decided again. Reads only.

#include <fmt/core.h>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/explanation.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/engine/pass.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {

ExitCode explain_command(const Options& options, const std::vector<Publication>& publications,
                         Console& console) {
  ExitCode code = kOk;
  const std::string& address = options.address;
  for (const Publication& publication : publications) {
    const Desired& desired = publication.desired;
    const Result<std::unique_ptr<ReadSite>> site = open_for_reading(publication, options);
    if (!site) {
      console.error(within(desired.name, site.error()));
      code = worse(code, kError);
      continue;
    }
    const ReadPorts ports = (*site)->ports();
    const PlanResult seen = plan_only(desired, (*site)->site, ports, options.allowances);
    const ListedObject* listed = listed_at(seen.observed, address);
    const Result<std::optional<ObjectHead>> head =
        listed ? ports.store.head(listed->key) : std::optional<ObjectHead>();
    const Explanation explanation = explain(desired, seen, address, head);
    if (options.output == Output::kJson) {
      console.out(json_of(explanation, desired, address));
      continue;
    }
    console.out(fmt::format("{} · {}\n", desired.name, visible(address)));
    for (const std::string& line : explanation.lines) console.out("  " + visible(line) + "\n");
  }
  return code;
}

}  // namespace reconcile::cli
