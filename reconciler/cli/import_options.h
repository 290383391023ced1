#pragma once
// What `import` is told. Where a field is empty the environment's S3_… variable counts.

#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/files.h"

namespace reconcile::cli {

struct ImportOptions {
  std::string provider;  ///< empty: told by the endpoint, else s3
  std::string bucket;
  std::string endpoint;
  std::string region;
  std::string public_url;
  Path path;  ///< provider directory
  Path ca_file;
  bool allow_http = false;
  std::optional<std::string> prefix;  ///< unset: data/, or the one folder that the bucket has
  std::string name;                   ///< empty: what the objects bear, else made from the bucket's name
  Path buffer = "./buffer";
  int netuid = -1;  ///< below 0: no commitment
  std::string network;
  std::vector<std::string> nodes;
  Path ledger;
  std::string hotkey;  ///< SS58 address, or a name in the wallet
  std::string wallet;
  Path wallet_path;
};

}  // namespace reconcile::cli
