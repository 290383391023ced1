#include "reconciler/cli/run.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sys/resource.h>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/manifest/manifest.h"

namespace reconcile::cli {
namespace {

/// A crash must not leave secrets in a file.
void no_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

void drop_other_targets(const std::vector<std::string>& targets, std::vector<Publication>& publications) {
  if (targets.empty()) return;
  std::erase_if(publications, [&](const Publication& p) {
    return std::find(targets.begin(), targets.end(), p.desired.name) == targets.end();
  });
}

int dispatch(const Options& options, Console& console) {
  if (options.command == Command::kVersion) return version_command(options, console);
  if (options.command == Command::kSchema) {
    console.out(manifest::schema());
    return kOk;
  }
  if (options.command == Command::kStatus && options.files.empty())
    return status_command(options, {}, console);
  manifest::LoadOptions load{manifest::Environment::of_process(), std::nullopt};
  if (!options.env_file.empty()) load.env_file = options.env_file;
  const manifest::Manifests manifests =
      manifest::load(std::vector<Path>(options.files.begin(), options.files.end()), load);
  if (options.command == Command::kValidate) return validate_command(options, manifests, console);
  for (const manifest::Diagnostic& warning : manifests.warnings)
    console.say("warning", manifest::headline(warning));
  for (const manifest::Diagnostic& error : manifests.errors) console.say("error", manifest::print(error));
  if (!manifests.ok()) return kInvalidManifest;
  std::vector<Publication> publications;
  for (const Desired& desired : manifests.publications)
    publications.push_back({desired, manifests.environments.at(desired.name)});
  for (const std::string& target : options.targets)
    if (std::none_of(publications.begin(), publications.end(),
                     [&](const Publication& p) { return p.desired.name == target; })) {
      console.error({Fault::kInvalidInput, "--target " + target + ": no publication has this name",
                     "see metadata.name in the manifests"});
      return kUsage;
    }
  drop_other_targets(options.targets, publications);
  if (publications.empty()) {
    console.error({Fault::kInvalidInput, "no publication to work on", "check -f and --target"});
    return kUsage;
  }
  if (options.command == Command::kExplain) return explain_command(options, publications, console);
  if (options.command == Command::kStatus) return status_command(options, publications, console);
  return options.plan ? plan_command(options, publications, console)
                      : apply_command(options, publications, console);
}

}  // namespace

int run(int argc, const char* const* argv) {
  no_core_dumps();
  install_signal_handlers();
  const std::variant<Options, Farewell> parsed = parse_options(argc, argv);
  if (const auto* farewell = std::get_if<Farewell>(&parsed)) {
    std::fputs(farewell->text.c_str(), farewell->is_error ? stderr : stdout);
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
