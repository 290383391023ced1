#pragma once
// One function a command. Each returns the process's exit code and has said everything on the console.

#include "reconciler/cli/console.h"
#include "reconciler/cli/exit_code.h"
#include "reconciler/cli/options.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/manifest/manifest.h"

namespace reconcile::cli {

class SourcePoller;

ExitCode plan_command(const Options& options, const std::vector<Publication>& publications, Console& console);
ExitCode apply_command(const Options& options, const std::vector<Publication>& publications,
                       Console& console);
/// `publications` are those of `manifests` that are to be looked after. Ends when a signal asks to, with 0
/// where all that was in flight could be finished. `poller`: where the manifests come out of git, else null.
ExitCode loop_command(const Options& options, const manifest::Manifests& manifests,
                      const std::vector<Publication>& publications, Console& console,
                      SourcePoller* poller = nullptr);
/// A pass, a dry run or the loop with the manifests that --source names.
int sourced_command(const Options& options, Console& console);
ExitCode explain_command(const Options& options, const std::vector<Publication>& publications,
                         Console& console);
ExitCode status_command(const Options& options, const std::vector<Publication>& publications,
                        Console& console);
/// Of a running loop: all of `publications`, or all that it looks after where there are none.
ExitCode wait_command(const Options& options, const std::vector<Publication>& publications, Console& console);
/// Whether a running loop moves: 0, or 1 and why not. Needs no manifest.
ExitCode probe_command(const Options& options, Console& console);
/// A publisher as readers see it: 0 pass, 1 fail, 3 where it could not be judged.
ExitCode verify_command(const Options& options, const std::vector<Publication>& publications,
                        Console& console);
ExitCode validate_command(const Options& options, const manifest::Manifests& manifests, Console& console);
/// What is wrong with each of `publications`, and with `manifests` where they are not valid; 1 when something
/// is.
ExitCode doctor_command(const Options& options, const manifest::Manifests& manifests,
                        const std::vector<Publication>& publications, Console& console);
/// What a month costs, of what is in the bucket or of what is declared; 1 where a bucket could not be listed.
/// Without publications, of what is declared alone.
ExitCode cost_command(const Options& options, const std::vector<Publication>& publications, Console& console);
/// Runs seeds of the simulated world; 1 when one of them breaks a promise.
ExitCode simulate_command(const Options& options, Console& console);
/// Looks at a bucket and a commitment, and writes the manifest of which they are what it asks for; 1 when
/// none was found whose first plan is empty.
ExitCode import_command(const Options& options, Console& console);
/// Writes a manifest and what belongs beside it into the current folder, or nothing at all; then examines
/// what it wrote. 1: a file is there already, or a check of the doctor fails; 64: something was not told.
ExitCode init_command(const Options& options, Console& console);
ExitCode version_command(const Options& options, Console& console);

}  // namespace reconcile::cli
