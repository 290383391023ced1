// Options that several commands have, each with one meaning.

#include <CLI/CLI.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/option_table.h"

namespace reconcile::cli {

void add_files(CLI::App& app, Options& options) {
  app.add_option("-f,--file", options.files, "manifest, or folder of manifests (repeatable)")
      ->type_name("PATH");
  app.add_option("--env-file", options.env_file,
                 ".env with the manifest's variables (default: beside the manifest)")
      ->type_name("FILE");
}

void add_chain(CLI::App& app, Options& options) {
  app.add_option("--netuid", options.netuid, "the subnet's number")->check(CLI::Range(0, 65535));
  app.add_option("--hotkey", options.hotkey, "SS58 address (default: every hotkey of the subnet)")
      ->type_name("ADDRESS");
  app.add_option("--network", options.network, "finney (default), test or local")->type_name("NAME");
  app.add_option("--endpoint", options.endpoints, "https://… or wss://… of a node (repeatable)")
      ->type_name("URL");
}

void add_output(CLI::App& app, Options& options) {
  const auto set = [&options](const std::string& format) {
    options.output = format == "json"       ? Output::kJson
                     : format == "ndjson"   ? Output::kNdjson
                     : format == "markdown" ? Output::kMarkdown
                                            : Output::kText;
  };
  app.add_option_function<std::string>("-o,--output", set, "data on stdout as text, json, ndjson or markdown")
      ->check(CLI::IsMember({"text", "json", "ndjson", "markdown"}))
      ->type_name("FORMAT");
}

std::string lacks_manifest(const Options& options) {
  return options.files.empty() ? "no manifest: name one with -f PATH" : "";
}

std::string read_duration(const std::string& flag, const std::string& typed, Seconds& out) {
  const Result<Seconds> read = parse_duration(typed);
  if (!read) return flag + ": " + read.error().cause + "; " + read.error().remedy;
  out = *read;
  return "";
}

}  // namespace reconcile::cli
