// --source: the manifests of a commit, then the same commands as with files.

#include "reconciler/cli/commands.h"
#include "reconciler/cli/publications.h"
#include "reconciler/cli/source_poller.h"
#include "reconciler/cli/system_clock.h"

namespace reconcile::cli {
namespace {

/// Refused by a rule rather than failed.
int code_of(const Error& error) {
  if (stop_signal() != 0) return 128 + stop_signal();
  switch (error.fault) {
    case Fault::kConflict:
    case Fault::kDenied:
      return kBlocked;
    case Fault::kInvalidInput:
      return kInvalidManifest;
    default:
      return kError;
  }
}

}  // namespace

int sourced_command(const Options& options, Console& console) {
  const auto source = open_source(options);
  if (!source) {
    console.error(source.error());
    return kUsage;
  }
  const Result<Sourced> begun = begin_with(**source, options, options.loop);
  if (!begun) {
    console.error(begun.error());
    return code_of(begun.error());
  }
  const manifest::Manifests& manifests = begun->manifests;
  const std::string commit = "commit " + begun->revision.commit.substr(0, 12);
  if (begun->newer)
    console.error(within("the last good manifests, of " + commit + ", stay in force", *begun->newer));
  for (const manifest::Diagnostic& warning : manifests.warnings)
    console.say("warning", manifest::headline(warning));
  for (const manifest::Diagnostic& error : manifests.errors)
    console.say("error", commit + ": " + manifest::print(error));
  if (!manifests.ok()) return kInvalidManifest;
  const Result<std::vector<Publication>> publications = publications_of(manifests, options);
  if (!publications) {
    console.error(publications.error());
    return kUsage;
  }
  if (options.plan) return plan_command(options, *publications, console);
  // Before anything is applied: whatever happens then, nothing older is ever taken for new.
  if (const Result<void> kept = (*source)->take_up(begun->revision); !kept) {
    console.error(kept.error());
    return kError;
  }
  if (!options.loop) return apply_command(options, *publications, console);
  SourcePoller poller(**source, options, *begun);
  return loop_command(options, manifests, *publications, console, &poller);
}

}  // namespace reconcile::cli
