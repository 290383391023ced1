#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {

CommandRow add_doctor_command(CLI::App& app, Options& options) {
  CLI::App* doctor = app.add_subcommand(
      "doctor",
      "what is wrong with bucket, public URL, chain, wallet and buffer, told apart, with the remedy");
  add_files(*doctor, options);
  add_output(*doctor, options);
  doctor->add_option("--target", options.targets, "only the publications of these names (repeatable)")
      ->type_name("NAME");
  doctor->add_option("--state-dir", options.state_dir, "journal and staging")->envname("RECONCILE_STATE_DIR");
  doctor->add_flag("--show-all", options.show_all, "show also the checks that were skipped, one by one");
  doctor->footer(
      "Example:\n  reconcile doctor -f manifests/sn13-r2.yaml   # 0, or 1 when a check fails; -o json for "
      "programs\n"
      "It may run beside a running loop. All that it writes is a small object or two under .reconcile/, "
      "which it "
      "removes again.");
  return {Command::kDoctor, doctor, [&options]() -> std::string {
            if (options.output == Output::kNdjson || options.output == Output::kMarkdown)
              return "doctor prints text or json";
            return lacks_manifest(options);
          }};
}

}  // namespace reconcile::cli
