#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {
namespace {

struct Typed {
  std::string wait, timeout, address;
};

std::string finish(const Typed& typed, Options& options) {
  options.wait_ready = !typed.wait.empty();
  const bool asks_chain = options.netuid >= 0 || !options.hotkey.empty() || !options.network.empty() ||
                          !options.endpoints.empty();
  if (options.probe && (options.wait_ready || asks_chain || !options.files.empty()))
    return "--probe asks whether a loop is alive, and nothing else: leave out --wait, -f and whose "
           "commitment";
  if (options.wait_ready && asks_chain)
    return "--wait asks a running loop, not the chain: leave out --netuid, --hotkey, --network and "
           "--endpoint";
  if (!options.wait_ready && !typed.timeout.empty()) return "--timeout goes with --wait";
  if (!options.wait_ready && !options.probe && !typed.address.empty())
    return "--address goes with --wait or --probe";
  if (!typed.address.empty()) options.loop_address = typed.address;
  return typed.timeout.empty() ? "" : read_duration("--timeout", typed.timeout, options.wait_timeout);
}

}  // namespace

CommandRow add_status_command(CLI::App& app, Options& options) {
  const auto typed = std::make_shared<Typed>();
  CLI::App* status = app.add_subcommand(
      "status", "what stands on chain for a hotkey or a subnet; with --wait, how a running loop stands");
  add_files(*status, options);
  add_output(*status, options);
  add_chain(*status, options);
  status
      ->add_option("--wait", typed->wait,
                   "ask a running loop until it is Ready with this very manifest: 0, or 1 and why not")
      ->check(CLI::IsMember({"Ready"}))
      ->type_name("Ready");
  status->add_option("--timeout", typed->timeout, "with --wait: for how long (default 5m; 0s asks once)")
      ->type_name("DURATION");
  status
      ->add_option("--address", typed->address,
                   "with --wait or --probe: its --listen address (default http://127.0.0.1:9464)")
      ->type_name("URL");
  status->add_flag("--probe", options.probe,
                   "ask a running loop once whether it is alive: 0, or 1 and why not; for health checks");
  status->footer(
      "Examples:\n  reconcile status -f manifests/sn13-r2.yaml       # this manifest's hotkey\n"
      "  reconcile status --netuid 13 --hotkey 5GrwvaEF…  # anybody's\n"
      "  reconcile status --netuid 13 -o json             # all of the subnet\n"
      "  reconcile status -f manifests/ --wait Ready      # a loop on this machine, once it has published "
      "all\n"
      "  reconcile status --probe                         # a container's health check");
  return {Command::kStatus, status, [typed, &options] { return finish(*typed, options); }};
}

}  // namespace reconcile::cli
