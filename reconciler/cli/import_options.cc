#include "reconciler/cli/import_options.h"

#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {
namespace {

std::string finish(const Options& options) {
  const ImportOptions& import_options = options.importing;
  const bool commits = import_options.netuid >= 0;
  if (!commits && !(import_options.hotkey.empty() && import_options.wallet.empty() &&
                    import_options.network.empty() && import_options.ledger.empty()))
    return "the commitment of which subnet? Name it with --netuid N";
  if (commits && import_options.network == "custom" && import_options.nodes.empty())
    return "--network custom needs --node URL";
  if (commits && (import_options.network == "ledger") != !import_options.ledger.empty())
    return "--network ledger and --ledger FILE go together";
  if (options.output != Output::kText && options.output != Output::kJson)
    return "import writes YAML (-o text) or -o json";
  return "";
}

void add_bucket(CLI::App& app, ImportOptions& out) {
  app.add_option("--provider", out.provider, "whose storage it is (default: told by the endpoint, else s3)")
      ->check(CLI::IsMember({"r2", "b2", "aws", "wasabi", "minio", "ceph", "s3", "directory"}))
      ->type_name("NAME");
  app.add_option("--bucket", out.bucket, "its name (default: $S3_BUCKET)")->type_name("NAME");
  app.add_option("--endpoint", out.endpoint, "address of the S3 API (default: $S3_ENDPOINT)")
      ->type_name("URL");
  app.add_option("--region", out.region, "region that requests are signed for (default: $S3_REGION)")
      ->type_name("REGION");
  app.add_option("--public-url", out.public_url, "what readers put before a key (default: $S3_PUBLIC_URL)")
      ->type_name("URL");
  app.add_option("--path", out.path, "with --provider directory: the folder that is the bucket")
      ->type_name("DIR");
  app.add_option("--ca-file", out.ca_file, "PEM file of a certificate authority to trust as well")
      ->type_name("FILE");
  app.add_flag("--allow-http", out.allow_http, "allow http:// to hosts other than this machine");
  app.add_option("--prefix", out.prefix, "where the data lies (default: data/, or the bucket's one folder)")
      ->type_name("PREFIX");
}

void add_commitment(CLI::App& app, ImportOptions& out) {
  app.add_option("--netuid", out.netuid, "the subnet of the commitment (default: there is none)")
      ->check(CLI::Range(0, 65535))
      ->type_name("N");
  app.add_option("--network", out.network, "the chain (default: finney)")
      ->check(CLI::IsMember({"finney", "test", "local", "ledger", "custom"}))
      ->type_name("NAME");
  app.add_option("--node", out.nodes, "https://… or wss://… of a node of it (repeatable)")->type_name("URL");
  app.add_option("--ledger", out.ledger, "with --network ledger: the file")->type_name("FILE");
  app.add_option("--hotkey", out.hotkey, "its SS58 address, or its name in the wallet (default: default)")
      ->type_name("ADDRESS|NAME");
  app.add_option("--wallet", out.wallet, "name of the wallet (default: default)")->type_name("NAME");
  app.add_option("--wallet-path", out.wallet_path, "folder of the wallets (default: ~/.bittensor/wallets)")
      ->type_name("DIR");
}

}  // namespace

CommandRow add_import_command(CLI::App& app, Options& options) {
  CLI::App* row = app.add_subcommand(
      "import", "writes a manifest for a bucket as it stands, one whose first plan is empty; only reads");
  ImportOptions& out = options.importing;
  add_bucket(*row, out);
  add_commitment(*row, out);
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
