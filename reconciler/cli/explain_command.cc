// explain ADDRESS: the inputs, the rule, the verdict, and when it is decided again. Reads only.

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/cli/commands.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/engine/pass.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/plan/lifecycle.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {
namespace {

using Lines = std::vector<std::string>;

const char* const kStates[] = {"ready", "waiting", "invalid", "refused"};

void explain_object(const Desired& desired, const Observed& world, const ObjectKey& key, Lines& out) {
  const auto* listing = if_complete(world.objects);
  const auto* base = if_complete(world.base_index);
  if (listing) {
    const auto object =
        std::find_if(listing->begin(), listing->end(), [&](const ListedObject& o) { return o.key == key; });
    out.push_back(object == listing->end()
                      ? "bucket: not there (the listing is complete)"
                      : fmt::format("bucket: {}, last modified {}", print_size(object->size),
                                    print_time(object->modified)));
    const auto end = object == listing->end()
                         ? std::nullopt
                         : expires_at(desired.bucket.lifecycle.rules, key, object->modified);
    if (object != listing->end()) {
      if (end)
        out.push_back(fmt::format("expiry: a rule lets it go from {}; it leaves the index at {}",
                                  print_time(*end), print_time(*end - expiry_margin_of(desired))));
      else
        out.push_back("expiry: no declared rule covers it");
    }
  } else {
    out.push_back("bucket: unknown: " + why_not(world.objects)->cause);
  }
  if (!base) {
    out.push_back("index: unknown: " + why_not(world.base_index)->cause);
    return;
  }
  const bool named = *base && std::any_of((*base)->index.objects.begin(), (*base)->index.objects.end(),
                                          [&](const IndexEntry& entry) { return entry.key == key; });
  out.push_back(named ? fmt::format("index: named by {}{}; never deleted while it is", (*base)->key.get(),
                                    world.base_index_committed ? ", which the finalized commitment names"
                                                               : ", not committed")
                      : "index: not named");
}

void explain_file(const Observed& world, const std::string& name, Lines& out) {
  const BufferScan* scan = if_any(world.buffer);
  if (!scan) {
    out.push_back("buffer: unknown: " + why_not(world.buffer)->cause);
    return;
  }
  const auto file = std::find_if(scan->files.begin(), scan->files.end(),
                                 [&](const BufferFile& f) { return f.name == name; });
  if (file == scan->files.end()) {
    out.push_back("buffer: no such file, or no include pattern matches it");
    return;
  }
  out.push_back(fmt::format("buffer: {}, {}, modified {}", kStates[static_cast<int>(file->state)],
                            print_size(file->identity.size), print_time(modified_at(*file))));
  if (!file->reason.empty()) out.push_back("reason: " + file->reason);
  if (file->state == BufferFile::State::kReady) out.push_back("sha256: " + to_hex(file->sha256));
  if (file->container.rows)
    out.push_back(fmt::format("parquet: {} rows in {} row groups, {} columns, {}",
                              print_count(*file->container.rows), file->container.row_groups.value_or(0),
                              file->container.columns.value_or(0), file->container.codec));
}

void explain_chain(const Observed& world, Lines& out) {
  const ChainView* chain = if_complete(world.chain);
  if (!chain) {
    out.push_back("chain: unknown: " + why_not(world.chain)->cause);
    return;
  }
  out.push_back(
      fmt::format("chain: {}, finalized block {}", chain->network, print_count(chain->finalized_block)));
  if (!chain->commitment) {
    out.push_back("commitment: none");
    return;
  }
  out.push_back(fmt::format("commitment: {} (block {})", describe(*chain->commitment),
                            print_count(chain->commitment->block)));
  if (std::holds_alternative<ForeignCommitment>(world.commitment))
    out.push_back("not of this publication's format: replaced only with --allow foreign-commitment");
  if (const auto* own = std::get_if<OwnCommitment>(&world.commitment); own && own->key)
    out.push_back("points at: " + own->key->get());
}

void explain_plan(const Plan& plan, const std::string& address, Lines& out) {
  const auto about = [&](const std::string& other) {
    return other == address || other.starts_with(address + "/");
  };
  bool any = false;
  for (const Step& step : plan.steps)
    if (about(address_of(step.action))) {
      out.push_back(
          fmt::format("next pass: {} {}: {}", verb_of(step.action), address_of(step.action), step.cause));
      any = true;
    }
  for (const Refusal& refusal : plan.refusals)
    if (about(refusal.address)) {
      out.push_back(fmt::format("blocked: {}; {}", refusal.error.cause, refusal.error.remedy));
      any = true;
    }
  for (const Note& note : plan.notes)
    if (about(note.address)) out.push_back(fmt::format("note: {} ({})", note.text, note.cause));
  if (!any) out.push_back("next pass: nothing to do here");
}

}  // namespace

ExitCode explain_command(const Options& options, const std::vector<Publication>& publications,
                         Console& console) {
  ExitCode code = kOk;
  for (const Publication& publication : publications) {
    const Desired& desired = publication.desired;
    const Result<std::unique_ptr<ReadSite>> site = open_for_reading(publication, options);
    if (!site) {
      console.error(within(desired.name, site.error()));
      code = worse(code, kError);
      continue;
    }
    const PlanResult result = plan_only(desired, (*site)->site, (*site)->ports(), options.allowances);
    const std::string& address = options.address;
    Lines lines;
    if (address.starts_with("objects/"))
      explain_object(desired, result.observed, ObjectKey(address.substr(8)), lines);
    if (address.starts_with("buffer/")) explain_file(result.observed, address.substr(7), lines);
    if (address.starts_with("chain")) explain_chain(result.observed, lines);
    explain_plan(result.plan, address, lines);
    lines.push_back(fmt::format("decided again: at the next pass, every {} under --loop",
                                print_duration(desired.upload.cadence)));
    if (options.output == Output::kJson) {
      const nlohmann::ordered_json json{{"schemaVersion", kPlanSchemaVersion},
                                        {"kind", "Explanation"},
                                        {"publication", desired.name},
                                        {"address", address},
                                        {"lines", lines}};
      console.out(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
      continue;
    }
    console.out(fmt::format("{} · {}\n", desired.name, visible(address)));
    for (const std::string& line : lines) console.out("  " + visible(line) + "\n");
  }
  return code;
}

}  // namespace reconcile::cli
