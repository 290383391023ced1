#include "reconciler/cli/run.h"

#include <cstdio>
#include <sys/resource.h>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/publications.h"
#include "reconciler/cli/system_clock.h"

namespace reconcile::cli {
namespace {

/// A crash must not leave secrets in a file.
void no_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

int dispatch(const Options& options, Console& console) {
  if (options.command == Command::kVersion) return version_command(options, console);
  if (options.command == Command::kSimulate) return simulate_command(options, console);
  if (options.command == Command::kImport) return import_command(options, console);
  if (options.command == Command::kInit) return init_command(options, console);
  if (options.command == Command::kSchema) {
    console.out(manifest::schema());
    return kOk;
  }
  if (options.command == Command::kStatus && options.probe) return probe_command(options, console);
  if (options.command == Command::kStatus && options.files.empty())
    return options.wait_ready ? wait_command(options, {}, console) : status_command(options, {}, console);
  if (options.command == Command::kCost && options.files.empty()) return cost_command(options, {}, console);
  if (options.command == Command::kVerify && options.files.empty())
    return verify_command(options, {}, console);
  if (!options.source.empty()) return sourced_command(options, console);
  const manifest::Manifests manifests = load_manifests(options);
  if (options.command == Command::kValidate) return validate_command(options, manifests, console);
  if (options.command == Command::kDoctor) {
    // What is not valid is a finding, too.
    const auto publications = manifests.ok() ? publications_of(manifests, options)
                                             : Result<std::vector<Publication>>(std::vector<Publication>());
    if (publications) return doctor_command(options, manifests, *publications, console);
    console.error(publications.error());
    return kUsage;
  }
  for (const manifest::Diagnostic& warning : manifests.warnings)
    console.say("warning", manifest::headline(warning));
  for (const manifest::Diagnostic& error : manifests.errors) console.say("error", manifest::print(error));
  if (!manifests.ok()) return kInvalidManifest;
  const Result<std::vector<Publication>> chosen = publications_of(manifests, options);
  if (!chosen) {
    console.error(chosen.error());
    return kUsage;
  }
  const std::vector<Publication>& publications = *chosen;
  if (options.command == Command::kExplain) return explain_command(options, publications, console);
  if (options.command == Command::kStatus)
    return options.wait_ready ? wait_command(options, publications, console)
                              : status_command(options, publications, console);
  if (options.command == Command::kVerify) return verify_command(options, publications, console);
  if (options.command == Command::kCost) return cost_command(options, publications, console);
  if (options.loop) return loop_command(options, manifests, publications, console);
  return options.plan ? plan_command(options, publications, console)
                      : apply_command(options, publications, console);
}

}  // namespace

int run(int argc, const char* const* argv) {
  no_core_dumps();
  install_signal_handlers();
  const std::variant<Options, Farewell> parsed = parse_options(argc, argv);
  if (const auto* farewell = std::get_if<Farewell>(&parsed)) {
    static_cast<void>(std::fputs(farewell->text.c_str(), farewell->is_error ? stderr : stdout));
    return farewell->code;
  }
  const Options& options = std::get<Options>(parsed);
  Console console(options);
  try {
    return dispatch(options, console);
  } catch (const std::exception& error) {
    // Adapters end their libraries' exceptions themselves; what comes here is a bug or an exhausted machine.
    console.error({Fault::kInternal, std::string("unexpected: ") + error.what(),
                   "nothing that was verified is undone; run it again, and report this"});
    return kError;
  }
}

}  // namespace reconcile::cli
