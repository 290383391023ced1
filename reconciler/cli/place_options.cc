// Where a bucket and a commitment are: options of the commands that write a manifest.

#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {

void add_bucket_place(CLI::App& app, ImportOptions& out) {
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
}

void add_commitment_place(CLI::App& app, ImportOptions& out) {
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

std::string wrong_place(const ImportOptions& place) {
  const bool commits = place.netuid >= 0;
  if (!commits &&
      !(place.hotkey.empty() && place.wallet.empty() && place.network.empty() && place.ledger.empty()))
    return "the commitment of which subnet? Name it with --netuid N";
  if (commits && place.network == "custom" && place.nodes.empty()) return "--network custom needs --node URL";
  if (commits && (place.network == "ledger") != !place.ledger.empty())
    return "--network ledger and --ledger FILE go together";
  return "";
}

}  // namespace reconcile::cli
