#pragma once
// The parts of examples/ops-repo that every such repository has, as they stand there when the build is
// configured.

#include <vector>

namespace reconcile::cli {

struct EmbeddedFile {
  const char* path;  ///< from the repository's root
  const char* content;
  bool is_executable;
};

/// Workflows, what they run, the hook, and the list of variables that the hook validates with.
const std::vector<EmbeddedFile>& ops_repo_files();

/// The variables that the workflows hand over to the first publication.
inline constexpr const char* kOpsAccessKey = "MINER_A_ACCESS_KEY";
inline constexpr const char* kOpsSecretKey = "MINER_A_SECRET_KEY";

}  // namespace reconcile::cli
