#pragma once
// What `init` is told besides where bucket and commitment are (ImportOptions). Secrets are never among it.

#include <string>

#include "reconciler/base/strong.h"

namespace reconcile::cli {

struct InitOptions {
  bool providers = false;   ///< only compares them
  Seconds expire_after{0};  ///< 0: never
  bool create = false;      ///< the first pass creates the bucket
  std::string manifest;     ///< its file's name; empty: manifest.yaml, in an ops repo NAME.yaml
  bool ops_repo = false;
  bool no_doctor = false;
};

/// Cloudflare R2's endpoint of an account (developers.cloudflare.com/r2/api/tokens).
std::string r2_endpoint(const std::string& account_id);
/// What is wrong with an account's id; empty: nothing.
std::string wrong_account_id(const std::string& text);

}  // namespace reconcile::cli
