#include "reconciler/cli/import_options.h"

#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {
namespace {

std::string finish(const Options& options) {
  if (std::string wrong = wrong_place(options.importing); !wrong.empty()) return wrong;
  if (options.output != Output::kText && options.output != Output::kJson)
    return "import writes YAML (-o text) or -o json";
  return "";
}

}  // namespace

CommandRow add_import_command(CLI::App& app, Options& options) {
  CLI::App* row = app.add_subcommand(
      "import", "writes a manifest for a bucket as it stands, one whose first plan is empty; only reads");
  ImportOptions& out = options.importing;
  add_bucket_place(*row, out);
  row->add_option("--prefix", out.prefix, "where the data lies (default: data/, or the bucket's one folder)")
      ->type_name("PREFIX");
  add_commitment_place(*row, out);
  row->add_option("--name", out.name, "name of the publication (default: what the objects bear)")
      ->type_name("NAME");
  row->add_option("--buffer", out.buffer, "folder of the finished files (default: ./buffer)")
      ->type_name("DIR");
  row->add_option("--env-file", options.env_file,
                  "file with S3_ACCESS_KEY, S3_SECRET_KEY and others (default: .env)")
      ->type_name("FILE");
  add_output(*row, options);
  row->footer(
      "Examples:\n  reconcile import --provider r2 --netuid 13 --wallet miner --hotkey h1 > manifest.yaml\n"
      "  reconcile import --provider directory --path /srv/www/data > manifest.yaml\n"
      "  reconcile --plan --detailed-exitcode -f manifest.yaml   # 0: nothing to do");
  return {Command::kImport, row, [&options] { return finish(options); }};
}

}  // namespace reconcile::cli
