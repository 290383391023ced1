// What is typed without the name of a command: one pass, a dry run or the loop.

#include <algorithm>
#include <charconv>

#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"
#include "reconciler/source/address.h"

namespace reconcile::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  reconcile --plan -f manifests/sn13-r2.yaml               dry run: says what would be done, and why; writes nothing
  reconcile -f manifests/sn13-r2.yaml                      one pass: shows the plan, asks, applies
  reconcile -f manifests/sn13-r2.yaml --approve 9f3c41d0   applies exactly the plan that ended with this digest
  reconcile --loop -f manifests/                           continuous: SIGHUP reloads, SIGUSR1 looks at once
  reconcile --plan -f manifests/ -o markdown               for a pull request's comment
  reconcile --loop --source 'git+https://host/ops.git//manifests?ref=main' --state-dir /var/lib/reconcile
                                                           manifests out of git, looked at each minute
  reconcile --plan -f m.yaml --plan-out plan.json          keeps the plan; --apply-plan plan.json carries it out

Exit codes: 0 ok, 1 error, 2 changes (only with --plan --detailed-exitcode), 3 partial, 4 blocked or not approved,
5 stale plan, 6 locked, 64 usage, 65 invalid manifest, 130/143 interrupted. Treat any other code as failure.)";

/// "maxDeletes=412" or "foreign-commitment".
std::string add_allowance(const std::string& text, Allowances& allowances) {
  static const char* const kGuards[] = {
      "maxDeletes",         "maxDeletePercent", "maxDeleteBytes", "vanished",
      "foreign-commitment", "lost-index",       "unprotect",      "rollback"};
  const std::size_t cut = text.find('=');
  const std::string guard = text.substr(0, cut);
  if (std::find(std::begin(kGuards), std::end(kGuards), guard) == std::end(kGuards))
    return "--allow " + text + ": there is no guard of this name; see the plan's refusal for the exact flag";
  if (cut == std::string::npos) {
    if (guard != "foreign-commitment" && guard != "lost-index" && guard != "unprotect" && guard != "rollback")
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

struct Typed {
  std::string color, log_format, lock_timeout = "0s", grace = "25s", source_interval = "1m";
  bool no_color = false;
  std::vector<std::string> allow;
};

void add_source(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--source", options.source,
                 "manifests out of git instead of -f: git+https://host/repo.git//folder?ref=main")
      ->type_name("ADDRESS");
  app.add_option("--source-interval", typed.source_interval,
                 "with --loop and --source: how often it is looked at (default: 1m)")
      ->type_name("DURATION");
  app.add_option("--require-signature", options.require_signature,
                 "with --source: take only commits signed by these: allowed signers (ssh) or a GnuPG folder")
      ->type_name("PATH");
}

void add(CLI::App& app, Options& options, Typed& typed) {
  add_files(app, options);
  add_source(app, options, typed);
  add_output(app, options);
  app.add_flag("--plan", options.plan, "dry run: never writes, anywhere");
  app.add_flag("--loop", options.loop,
               "continuous: a pass each cadence, until SIGTERM; applies without asking");
  app.add_option("--grace", typed.grace, "with --loop: how long a pass may go on after SIGTERM")
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
  app.add_option("--allow", typed.allow, "pass a guard by its name for this run (repeatable)")
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
  app.add_option("--lock-timeout", typed.lock_timeout, "how long to wait for another process")
      ->type_name("DURATION");
  app.add_flag("--show-all", options.show_all, "fold nothing");
  app.add_option("--log-format", typed.log_format, "stderr as text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.add_option("--color", typed.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  app.add_flag("--no-color", typed.no_color, "same as --color never");
}

std::string finish_source(const Typed& typed, Options& options) {
  if (std::string wrong = read_duration("--source-interval", typed.source_interval, options.source_interval);
      !wrong.empty())
    return wrong;
  if (options.source.empty())
    return options.require_signature.empty() ? "" : "--require-signature goes with --source";
  if (options.command != Command::kReconcile)
    return "--source goes with a pass, --plan and --loop: for this, name files with -f";
  if (!options.files.empty()) return "--source stands instead of -f";
  if (options.source_interval < Seconds(5)) return "--source-interval is at least 5s";
  if (options.state_dir.empty())
    return "--source needs --state-dir DIR: there is no folder of the manifest to keep the journal in";
  const auto address = source::parse_address(options.source);
  return address ? "" : address.error().cause + "; " + address.error().remedy;
}

/// What was typed before the name of a command, too.
std::string finish_any(const Typed& typed, Options& options) {
  options.color = typed.no_color || typed.color == "never" ? ColorChoice::kNever
                  : typed.color == "always"                ? ColorChoice::kAlways
                                                           : ColorChoice::kAuto;
  options.json_logs = typed.log_format == "json";
  for (const std::string& allow : typed.allow)
    if (std::string wrong = add_allowance(allow, options.allowances); !wrong.empty()) return wrong;
  if (std::string wrong = read_duration("--lock-timeout", typed.lock_timeout, options.lock_timeout);
      !wrong.empty())
    return wrong;
  if (std::string wrong = read_duration("--grace", typed.grace, options.grace); !wrong.empty()) return wrong;
  if (std::string wrong = finish_source(typed, options); !wrong.empty()) return wrong;
  if (!options.loop && !options.listen.empty()) return "--listen goes with --loop";
  if (options.loop && (options.plan || !options.approve.empty() || !options.apply_plan.empty()))
    return "--loop decides each pass anew: leave out --plan, --approve and --apply-plan (spec.mode: plan "
           "only looks)";
  if (options.command == Command::kReconcile && options.files.empty() && options.source.empty())
    return lacks_manifest(options);
  if (options.plan && (options.auto_approve || !options.approve.empty() || !options.apply_plan.empty()))
    return "--plan never applies: leave out --auto-approve, --approve and --apply-plan";
  if (!options.plan && options.detailed_exitcode) return "--detailed-exitcode goes with --plan";
  if (!options.plan && !options.plan_out.empty()) return "--plan-out goes with --plan";
  if (!options.approve.empty() && options.approve.size() < 8)
    return "--approve needs at least 8 digits of the digest";
  return "";
}

}  // namespace

CommandRow add_reconcile_command(CLI::App& app, Options& options) {
  const auto typed = std::make_shared<Typed>();
  app.footer(kExamples);
  add(app, options, *typed);
  return {Command::kReconcile, &app, [typed, &options] { return finish_any(*typed, options); }};
}

}  // namespace reconcile::cli
