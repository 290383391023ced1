#pragma once
// A small manifest that is right, and ways to make it wrong.

#include <string>

#include "reconciler/manifest/manifest.h"

namespace reconcile::manifest {

/// The tutorial's variables with values of the usual shape, and HOME.
Environment example_environment();

Manifests yaml(const std::string& text, const Environment& environment = example_environment());
Manifests toml(const std::string& text, const Environment& environment = example_environment());

/// Provider directory, network ledger. `spec`: lines to add below spec, indented by 2. `replace`d lines:
/// every line of the manifest that begins with the same key is left out.
std::string small(const std::string& spec = "", const std::string& name = "one");

/// Provider r2 on finney, with what is given added below spec.bucket, spec.upload and spec.commitment.
struct Parts {
  std::string bucket, upload, commitment;
  std::string public_url = "https://pub-0123456789abcdef0123456789abcdef.r2.dev";
  std::string name = "one";
  std::string buffer = "./buffer";
  std::string bucket_name = "sn13-miner-1234";
};
std::string r2(const Parts& parts = {});

/// All headlines, one a line.
std::string lines(const std::vector<Diagnostic>& diagnostics);

/// The only publication; aborts the test with the errors otherwise.
Desired only(const Manifests& manifests);

}  // namespace reconcile::manifest
