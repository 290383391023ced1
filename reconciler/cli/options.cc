#include "reconciler/cli/options.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <CLI/CLI.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/exit_code.h"

namespace reconcile::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  reconcile --plan -f manifests/sn13-r2.yaml               dry run: says what would be done, and why; writes nothing
  reconcile -f manifests/sn13-r2.yaml                      one pass: shows the plan, asks, applies
  reconcile -f manifests/sn13-r2.yaml --approve 9f3c41d0   applies exactly the plan that ended with this digest
  reconcile --loop -f manifests/                           continuous: SIGHUP reloads, SIGUSR1 looks at once
  reconcile --plan -f manifests/ -o markdown               for a pull request's comment
  reconcile --plan -f m.yaml --plan-out plan.json          keeps the plan; --apply-plan plan.json carries it out

Exit codes: 0 ok, 1 error, 2 changes (only with --plan --detailed-exitcode), 3 partial, 4 blocked or not approved,
5 stale plan, 6 locked, 64 usage, 65 invalid manifest, 130/143 interrupted. Treat any other code as failure.)";

/// "maxDeletes=412" or "foreign-commitment".
std::string add_allowance(const std::string& text, Allowances& allowances) {
  static const char* const kGuards[] = {"maxDeletes", "maxDeletePercent",   "maxDeleteBytes",
                                        "vanished",   "foreign-commitment", "lost-index",
                                        "unprotect"};
  const std::size_t cut = text.find('=');
  const std::string guard = text.substr(0, cut);
  if (std::find(std::begin(kGuards), std::end(kGuards), guard) == std::end(kGuards))
    return "--allow " + text + ": there is no guard of this name; see the plan's refusal for the exact flag";
  if (cut == std::string::npos) {
    if (guard != "foreign-commitment" && guard != "lost-index" && guard != "unprotect")
      return "--allow " + guard + " needs a number: --allow " + guard + "=N";
    allowances.add(guard);
    return "";
  }
  std::uint64_t number = 0;
  const char* begin = text.data() + cut + 1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || stop != end) return "--allow " + text + ": not a number";
  allowances.add(guard, number);
  return "";
}

struct Raw {
  std::string output = "text", color = "auto", log_format = "text", lock_timeout = "0s", grace = "25s";
  std::string wait, wait_timeout, loop_address;
  bool no_color = false;
  std::vector<std::string> allow;
};

void add_files(CLI::App& app, Options& options) {
  app.add_option("-f,--file", options.files, "manifest, or folder of manifests (repeatable)")
      ->type_name("PATH");
  app.add_option("--env-file", options.env_file,
                 ".env with the manifest's variables (default: beside the manifest)")
      ->type_name("FILE");
}

void add_output(CLI::App& app, Raw& raw) {
  app.add_option("-o,--output", raw.output, "data on stdout as text, json, ndjson or markdown")
      ->check(CLI::IsMember({"text", "json", "ndjson", "markdown"}))
      ->type_name("FORMAT");
}

void add_main(CLI::App& app, Options& options, Raw& raw) {
  add_files(app, options);
  add_output(app, raw);
  app.add_flag("--plan", options.plan, "dry run: never writes, anywhere");
  app.add_flag("--loop", options.loop,
               "continuous: a pass each cadence, until SIGTERM; applies without asking");
  app.add_option("--grace", raw.grace, "with --loop: how long a pass may go on after SIGTERM")
      ->type_name("DURATION");
  app.add_option("--listen", options.listen,
                 "with --loop: answer /healthz /readyz /metrics /api/v1/status here, such as 127.0.0.1:9464")
      ->type_name("ADDRESS");
  app.add_flag("--detailed-exitcode", options.detailed_exitcode,
               "with --plan: 2 when there is something to do");
  app.add_option("--plan-out", options.plan_out, "with --plan: keep the plan in this file (JSON)")
      ->type_name("FILE");
  app.add_option("--apply-plan", options.apply_plan, "apply a kept plan; refused when it is stale")
      ->type_name("FILE");
  app.add_option("--approve", options.approve, "apply only if the plan has this digest")->type_name("DIGEST");
  app.add_flag("--auto-approve", options.auto_approve, "apply without asking");
  app.add_option("--allow", raw.allow, "pass a guard by its name for this run (repeatable)")
      ->type_name("GUARD[=N]");
  app.add_option("--target", options.targets, "only the publications of these names (repeatable)")
      ->type_name("NAME");
  app.add_option("--parallelism", options.parallelism, "uploads at once")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  app.add_option("--state-dir", options.state_dir,
                 "journal and staging (default: .reconcile beside the manifest)")
      ->envname("RECONCILE_STATE_DIR")
      ->type_name("DIR");
  app.add_option("--lock-timeout", raw.lock_timeout, "how long to wait for another process")
      ->type_name("DURATION");
  app.add_flag("--show-all", options.show_all, "fold nothing");
  app.add_option("--log-format", raw.log_format, "stderr as text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.add_option("--color", raw.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  app.add_flag("--no-color", raw.no_color, "same as --color never");
}

std::string finish(Options& options, const Raw& raw) {
  options.output = raw.output == "json"       ? Output::kJson
                   : raw.output == "ndjson"   ? Output::kNdjson
                   : raw.output == "markdown" ? Output::kMarkdown
                                              : Output::kText;
  options.color = raw.no_color || raw.color == "never" ? ColorChoice::kNever
                  : raw.color == "always"              ? ColorChoice::kAlways
                                                       : ColorChoice::kAuto;
  options.json_logs = raw.log_format == "json";
  for (const std::string& allow : raw.allow)
    if (std::string wrong = add_allowance(allow, options.allowances); !wrong.empty()) return wrong;
  const Result<Seconds> timeout = parse_duration(raw.lock_timeout);
  if (!timeout) return "--lock-timeout: " + timeout.error().cause + "; " + timeout.error().remedy;
  options.lock_timeout = *timeout;
  const Result<Seconds> grace = parse_duration(raw.grace);
  if (!grace) return "--grace: " + grace.error().cause + "; " + grace.error().remedy;
  options.grace = *grace;
  options.wait_ready = !raw.wait.empty();
  const bool asks_chain = options.netuid >= 0 || !options.hotkey.empty() || !options.network.empty() ||
                          !options.endpoints.empty();
  if (options.wait_ready && asks_chain)
    return "--wait asks a running loop, not the chain: leave out --netuid, --hotkey, --network and "
           "--endpoint";
  if (!options.wait_ready && !(raw.wait_timeout.empty() && raw.loop_address.empty()))
    return "--timeout and --address go with --wait";
  if (!raw.loop_address.empty()) options.loop_address = raw.loop_address;
  if (!raw.wait_timeout.empty()) {
    const Result<Seconds> wait = parse_duration(raw.wait_timeout);
    if (!wait) return "--timeout: " + wait.error().cause + "; " + wait.error().remedy;
    options.wait_timeout = *wait;
  }
  if (!options.loop && !options.listen.empty()) return "--listen goes with --loop";
  if (options.loop && (options.plan || !options.approve.empty() || !options.apply_plan.empty()))
    return "--loop decides each pass anew: leave out --plan, --approve and --apply-plan (spec.mode: plan "
           "only looks)";
  if (options.command == Command::kReconcile || options.command == Command::kValidate ||
      options.command == Command::kExplain) {
    if (options.files.empty()) return "no manifest: name one with -f PATH";
  }
  if (options.plan && (options.auto_approve || !options.approve.empty() || !options.apply_plan.empty()))
    return "--plan never applies: leave out --auto-approve, --approve and --apply-plan";
  if (!options.plan && options.detailed_exitcode) return "--detailed-exitcode goes with --plan";
  if (!options.plan && !options.plan_out.empty()) return "--plan-out goes with --plan";
  if (!options.approve.empty() && options.approve.size() < 8)
    return "--approve needs at least 8 digits of the digest";
  return "";
}

}  // namespace

std::variant<Options, Farewell> parse_options(int argc, const char* const* argv) {
  Options options;
  Raw raw;
  CLI::App app{"Keeps a bucket, a local buffer and a chain commitment in agreement with a manifest in git."};
  app.name("reconcile");
  app.footer(kExamples);
  app.set_version_flag("--version", std::string("reconcile ") + RECONCILE_VERSION);
  app.require_subcommand(0, 1);
  add_main(app, options, raw);

  CLI::App* validate = app.add_subcommand("validate", "checks manifests: no network, no credentials");
  add_files(*validate, options);
  add_output(*validate, raw);
  validate->footer(
      "Example:\n  reconcile validate -f manifests/   # 0 when all are valid, 65 when one is not");
  CLI::App* schema =
      app.add_subcommand("schema", "prints the manifest's JSON Schema (draft-07), for editors");
  schema->footer("Example:\n  reconcile schema > publication.schema.json");
  CLI::App* explain = app.add_subcommand("explain", "why a thing is as it is, and when it is decided again");
  add_files(*explain, options);
  add_output(*explain, raw);
  explain
      ->add_option("address", options.address,
                   "as a plan shows it: objects/KEY, buffer/NAME, bucket/lifecycle, chain/commitment")
      ->required();
  explain->add_option("--state-dir", options.state_dir, "journal and staging")
      ->envname("RECONCILE_STATE_DIR");
  explain->footer(
      "Example:\n  reconcile explain -f manifests/sn13-r2.yaml objects/data/2026/11/22/x.parquet");
  CLI::App* status = app.add_subcommand(
      "status", "what stands on chain for a hotkey or a subnet; with --wait, how a running loop stands");
  add_files(*status, options);
  add_output(*status, raw);
  status->add_option("--netuid", options.netuid, "the subnet's number")->check(CLI::Range(0, 65535));
  status->add_option("--hotkey", options.hotkey, "SS58 address (default: every hotkey of the subnet)")
      ->type_name("ADDRESS");
  status->add_option("--network", options.network, "finney (default), test or local")->type_name("NAME");
  status->add_option("--endpoint", options.endpoints, "https://… or wss://… of a node (repeatable)")
      ->type_name("URL");
  status
      ->add_option("--wait", raw.wait,
                   "ask a running loop until it is Ready with this very manifest: 0, or 1 and why not")
      ->check(CLI::IsMember({"Ready"}))
      ->type_name("Ready");
  status->add_option("--timeout", raw.wait_timeout, "with --wait: for how long (default 5m; 0s asks once)")
      ->type_name("DURATION");
  status
      ->add_option("--address", raw.loop_address,
                   "with --wait: its --listen address (default http://127.0.0.1:9464)")
      ->type_name("URL");
  status->footer(
      "Examples:\n  reconcile status -f manifests/sn13-r2.yaml       # this manifest's hotkey\n"
      "  reconcile status --netuid 13 --hotkey 5GrwvaEF…  # anybody's\n"
      "  reconcile status --netuid 13 -o json             # all of the subnet\n"
      "  reconcile status -f manifests/ --wait Ready      # a loop on this machine, once it has published "
      "all");
  CLI::App* simulate =
      app.add_subcommand("simulate", "this program against a simulated world in which everything goes wrong");
  CLI::Option* seed =
      simulate->add_option("--seed", options.seed, "run this one seed, or the first of --seeds")
          ->type_name("N");
  CLI::Option* seeds = simulate->add_option("--seeds", options.seeds, "how many seeds (default: 1000)")
                           ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
                           ->type_name("N");
  simulate->add_option("--steps", options.steps, "how long each run is, in scrapes (default: the seed's)")
      ->check(CLI::Range(1, 10'000))
      ->type_name("N");
  simulate->add_option("-j,--jobs", options.jobs, "threads (default: one for each core)")
      ->check(CLI::Range(1, 256))
      ->type_name("J");
  add_output(*simulate, raw);
  simulate->footer(
      "Examples:\n  reconcile simulate --seeds 10000\n"
      "  reconcile simulate --seed 7   # what went wrong, and the fewest faults that do it");
  CLI::App* version = app.add_subcommand("version", "this program and what it was built with");
  add_output(*version, raw);
  version->footer("Example:\n  reconcile version -o json");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const int code = app.exit(error, out, err);
    if (code == 0) return Farewell{out.str(), false, kOk};
    return Farewell{err.str(), true, kUsage};
  }
  if (validate->parsed()) options.command = Command::kValidate;
  if (schema->parsed()) options.command = Command::kSchema;
  if (explain->parsed()) options.command = Command::kExplain;
  if (status->parsed()) options.command = Command::kStatus;
  if (simulate->parsed()) options.command = Command::kSimulate;
  if (simulate->parsed() && *seed && !*seeds) options.seeds = 1;
  if (version->parsed()) options.command = Command::kVersion;
  if (const std::string wrong = finish(options, raw); !wrong.empty())
    return Farewell{"reconcile: " + wrong + "\nRun reconcile --help for examples.\n", true, kUsage};
  return options;
}

std::string command_hint(const Options& options) {
  std::string out = "reconcile";
  for (const std::string& file : options.files) out += " -f " + file;
  for (const std::string& target : options.targets) out += " --target " + target;
  return out;
}

}  // namespace reconcile::cli
