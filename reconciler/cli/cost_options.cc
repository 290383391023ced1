#include "reconciler/cli/cost_options.h"

#include <CLI/CLI.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/option_table.h"

namespace reconcile::cli {
namespace {

/// Beyond it, it is a slip of the hand.
constexpr std::uint64_t kCountMax = 100'000'000'000;
constexpr Seconds kMinute{60}, kDay{86'400}, kCentury = 36'500 * kDay;

struct Typed {
  std::string stored, egress, cadence, retention;
};

template <class T, class Parse>
std::string take(const char* option, const std::string& text, const Parse& parse, std::optional<T>& out) {
  if (text.empty()) return "";
  const Result<T> parsed = parse(text);
  if (!parsed) return std::string(option) + ": " + parsed.error().cause + "; " + parsed.error().remedy;
  out = *parsed;
  return "";
}

std::string finish(const Typed& typed, Options& options) {
  CostChoices& out = options.cost;
  for (const std::string& wrong : {take("--stored", typed.stored, parse_size, out.stored),
                                   take("--egress-per-month", typed.egress, parse_size, out.egress_per_month),
                                   take("--cadence", typed.cadence, parse_duration, out.cadence),
                                   take("--retention", typed.retention, parse_duration, out.retention)})
    if (!wrong.empty()) return wrong;
  if (out.cadence && (*out.cadence < kMinute || *out.cadence > 30 * kDay)) return "--cadence: from 1m to 30d";
  if (out.retention &&
      (*out.retention < kDay || *out.retention > kCentury || *out.retention % kDay != Seconds(0)))
    return "--retention: whole days, from 1d to 36500d";
  if (options.files.empty() && !out.stored)
    return "what costs? Name a manifest with -f PATH, or say how much there is with --stored SIZE";
  if (out.objects && !out.stored) return "--objects goes with --stored";
  if (options.output != Output::kText && options.output != Output::kJson) return "cost prints text or json";
  return "";
}

void add_volume(CLI::App& app, CostChoices& out, Typed& typed) {
  app.add_option("--stored", typed.stored, "so much is stored; the bucket is then not looked at")
      ->type_name("SIZE");
  const auto count = [&app](const char* name, auto& value, const char* help) {
    app.add_option(name, value, help)->check(CLI::Range(std::uint64_t{0}, kCountMax))->type_name("N");
  };
  count("--objects", out.objects,
        "with --stored: in so many objects (default: what is put while it is kept)");
  count("--puts-per-day", out.puts_per_day, "objects uploaded a day (default: as in the bucket's last week)");
  count("--gets-per-day", out.gets_per_day, "objects that readers fetch a day (default: none)");
  app.add_option("--egress-per-month", typed.egress, "what readers fetch a month (default: nothing)")
      ->type_name("SIZE");
  count("--readers", out.readers, "readers who each fetch every new object, on top of these");
}

}  // namespace

CommandRow add_cost_command(CLI::App& app, Options& options) {
  const auto typed = std::make_shared<Typed>();
  CLI::App* row = app.add_subcommand(
      "cost", "what a month costs with each provider, and what would change it; only reads");
  add_files(*row, options);
  add_volume(*row, options.cost, *typed);
  row->add_option("--cadence", typed->cadence, "time between passes (default: the manifest's, else 20m)")
      ->type_name("DURATION");
  row->add_option("--retention", typed->retention,
                  "how long an object is kept (default: as the manifest's rules say, else for ever)")
      ->type_name("DURATION");
  row->add_option("--provider", options.cost.provider,
                  "whose items are listed (default: the manifest's, else the cheapest)")
      ->check(CLI::IsMember({"r2", "b2", "aws", "wasabi"}))
      ->type_name("NAME");
  add_output(*row, options);
  row->footer(
      "Examples:\n  reconcile cost -f manifest.yaml                 # of what is in the bucket and the "
      "buffer\n"
      "  reconcile cost -f manifest.yaml --readers 20    # each fetches every object\n"
      "  reconcile cost --provider r2 --stored 100GB --puts-per-day 50000 --gets-per-day 10000 \\\n"
      "    --egress-per-month 500GB                      # before there is anything");
  return {Command::kCost, row, [typed, &options] { return finish(*typed, options); }};
}

}  // namespace reconcile::cli
